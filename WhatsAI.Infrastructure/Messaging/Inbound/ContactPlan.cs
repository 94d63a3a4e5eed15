using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

internal sealed record KnownContact(ContactId Id, string? PushName, string? Phone);

/// <summary>What a batch's people ask for: pure, so that it can be tested without a database.</summary>
/// <param name="Merges">Contacts that turned out to be one person; the one with the phone stays.</param>
internal sealed record ContactPlan(
    IReadOnlyList<KnownContact> NewContacts,
    IReadOnlyDictionary<IdentityKey, ContactId> NewIdentities,
    IReadOnlyList<KnownContact> Updates,
    IReadOnlyList<(ContactId From, ContactId Into)> Merges
)
{
    private const int MaxName = 200;

    public bool IsEmpty => NewContacts.Count == 0 && NewIdentities.Count == 0 && Updates.Count == 0;

    public static ContactPlan Make(
        IEnumerable<PersonSeen> people,
        IReadOnlyDictionary<(IdentityKind, string), KnownContact> known,
        DateTimeOffset now
    )
    {
        var contacts = known.Values.DistinctBy(c => c.Id).ToDictionary(c => c.Id);
        var owners = known.ToDictionary(k => k.Key, k => k.Value.Id);
        var fresh = new List<ContactId>();
        var identities = new Dictionary<IdentityKey, ContactId>();
        var merges = new List<(ContactId, ContactId)>();
        foreach (var person in people)
        {
            var keys = person.Keys.ToList();
            if (keys.Count == 0)
            {
                continue;
            }

            var found = keys.Where(k => owners.ContainsKey((k.Kind, k.Value))).Select(k => owners[(k.Kind, k.Value)]).Distinct().ToList();
            if (found.Count == 0)
            {
                var made = Id.New<ContactId>(now);
                fresh.Add(made);
                contacts[made] = new KnownContact(made, null, null);
                found.Add(made);
            }

            // Keys come phone first, so the contact that has the phone stays.
            merges.AddRange(found.Skip(1).Select(from => (from, found[0])));
            foreach (var key in keys.Where(k => !owners.ContainsKey((k.Kind, k.Value))))
            {
                owners[(key.Kind, key.Value)] = found[0];
                identities[key] = found[0];
            }

            var before = contacts[found[0]];
            contacts[found[0]] = before with
            {
                PushName = Name(person.PushName) ?? before.PushName,
                Phone = before.Phone ?? keys.Find(k => k.Kind == IdentityKind.Phone)?.Value,
            };
        }

        // By id: two numbers that hear from the same people at once must not wait for each other in a circle.
        var updates = known
            .Values.DistinctBy(c => c.Id)
            .Where(c => contacts[c.Id] != c)
            .Select(c => contacts[c.Id])
            .OrderBy(c => c.Id.Value)
            .ToList();
        return new ContactPlan([.. fresh.Select(id => contacts[id])], identities, updates, merges);
    }

    private static string? Name(string? pushName)
    {
        var name = pushName?.Trim();
        return string.IsNullOrEmpty(name) ? null
            : name.Length <= MaxName ? name
            : name[..(char.IsHighSurrogate(name[MaxName - 1]) ? MaxName - 1 : MaxName)];
    }
}
