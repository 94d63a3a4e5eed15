using WhatsAI.Core.Common;

namespace WhatsAI.Core.Contacts.Duplicates;

/// <summary>A contact as far as it can be told apart from others.</summary>
/// <param name="Phones">As they are kept or were written; in any spelling.</param>
/// <param name="Lids">WhatsApp's own ids.</param>
public sealed record DuplicateCandidate(ContactId Contact, string? Name, IReadOnlyList<string> Phones, IReadOnlyList<string> Lids);

/// <summary>What shows that two contacts are one person, the strongest first. A resource key below "duplicate.".</summary>
public enum DuplicateProof
{
    /// <summary>One WhatsApp id.</summary>
    SameId,

    /// <summary>One number, spelled alike once it is in its canonical form.</summary>
    SameNumber,

    /// <summary>One name and the same last eight digits: a number kept without its country or area. A person has to look.</summary>
    SameNameAndEnding,
}

/// <summary>Contacts that are one person.</summary>
/// <param name="Contacts">At least two, in the order they were given.</param>
/// <param name="Proof">The weakest that holds the group together.</param>
public sealed record DuplicateGroup(IReadOnlyList<ContactId> Contacts, DuplicateProof Proof)
{
    /// <summary>Whether the group may be merged without a look at each.</summary>
    public bool IsSure => Proof != DuplicateProof.SameNameAndEnding;
}

/// <summary>Finds contacts that are one person, in time and memory that grow as their number does.</summary>
public static class DuplicateSearch
{
    private const int Ending = 8;

    /// <param name="country">Calling code for numbers kept without one.</param>
    public static IReadOnlyList<DuplicateGroup> Find(IReadOnlyList<DuplicateCandidate> contacts, string country = "55")
    {
        var groups = new Groups(contacts.Count);
        foreach (var proof in Enum.GetValues<DuplicateProof>())
        {
            var seen = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < contacts.Count; i++)
            {
                foreach (var key in Keys(contacts[i], proof, country))
                {
                    if (!seen.TryAdd(key, i))
                    {
                        groups.Join(seen[key], i, proof);
                    }
                }
            }
        }

        return
        [
            .. Enumerable
                .Range(0, contacts.Count)
                .GroupBy(groups.RootOf)
                .Where(g => g.Skip(1).Any())
                .Select(g => new DuplicateGroup([.. g.Select(i => contacts[i].Contact)], groups.ProofOf(g.Key))),
        ];
    }

    private static IEnumerable<string> Keys(DuplicateCandidate contact, DuplicateProof proof, string country) =>
        proof switch
        {
            DuplicateProof.SameId => contact.Lids,
            DuplicateProof.SameNumber => contact
                .Phones.Select(p => PhoneNumber.TryParse(p, out var n, country) ? n.Digits : null)
                .OfType<string>(),
            DuplicateProof.SameNameAndEnding when OneLine.Fold(contact.Name ?? "") is { Length: > 0 } name => contact
                .Phones.Select(p => new string([.. p.Where(char.IsAsciiDigit)]))
                .Where(d => d.Length >= Ending)
                .Select(d => $"{name} {d[^Ending..]}"),
            _ => [],
        };

    /// <summary>Sets that grow together.</summary>
    private sealed class Groups(int count)
    {
        private readonly int[] _parents = [.. Enumerable.Range(0, count)];
        private readonly DuplicateProof[] _proofs = new DuplicateProof[count];

        public int RootOf(int i)
        {
            while (_parents[i] != i)
            {
                i = _parents[i] = _parents[_parents[i]];
            }

            return i;
        }

        public DuplicateProof ProofOf(int root) => _proofs[root];

        public void Join(int a, int b, DuplicateProof proof)
        {
            var (first, second) = (RootOf(a), RootOf(b));
            if (first != second)
            {
                var (root, child) = first < second ? (first, second) : (second, first);
                _parents[child] = root;
                _proofs[root] = (DuplicateProof)Math.Max((int)proof, Math.Max((int)_proofs[root], (int)_proofs[child]));
            }
        }
    }
}
