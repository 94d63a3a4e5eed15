using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Duplicates;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Duplicates;

/// <summary>Two contacts that look like one person.</summary>
/// <param name="Kept">Who stays when they are merged.</param>
/// <param name="Proof">What shows it.</param>
public sealed record DuplicatePair(ContactRow Kept, ContactRow Other, DuplicateProof Proof)
{
    public bool IsSure => Proof != DuplicateProof.SameNameAndEnding;
}

/// <summary>A merge of the last weeks.</summary>
/// <param name="ByName">The member; null where a message proved it.</param>
/// <param name="MayUndo">It is a member's, and both are as they were led.</param>
public sealed record MergeRow(
    MergeId Id,
    ContactId Kept,
    string? KeptName,
    string? OtherName,
    DateTimeOffset At,
    string? ByName,
    bool IsUndone,
    bool MayUndo
);

/// <summary>
/// Contacts that look like one person. An identity is somebody's once in a company, so two of them share at most the last digits of a number: those are read
/// (<see cref="DuplicateSearch"/> needs no others), by pages of endings.
/// </summary>
public sealed class DuplicateQueries(NpgsqlDataSource database, CurrentMember member)
{
    public const int PageSize = 50;

    // Endings that are shared by chance are many among hundreds of thousands; few of them have one name.
    private const int Endings = 2_000;
    private const int MostContacts = 20_000;

    /// <exception cref="RuleException">The member may not, or it took too long.</exception>
    public Task<KeyPage<DuplicatePair, string>> PageAsync(string? after = null, CancellationToken ct = default) =>
        AskAsync(
            async connection =>
            {
                var (found, next) = (new List<(ContactId Kept, ContactId Other, DuplicateProof Proof)>(), after ?? "");
                while (found.Count < PageSize && next is not null)
                {
                    var (read, last) = await ReadAsync(connection, next, ct);
                    var apart = await ApartAsync(connection, ct);
                    (next, var few) = Pairs(read, apart, last, PageSize - found.Count);
                    found.AddRange(few);
                }

                var ids = found.SelectMany(f => new[] { f.Kept, f.Other }).Distinct().ToArray();
                var scope = new ContactScope(null, null, null, default!);
                var rows = await ContactListSql.ReadAsync(ContactListSql.Among(connection, member.TenantId, scope, ids), ct);
                var filled = (
                    await ContactListSql.FilledAsync(connection, member.TenantId, member.NumbersParameter(), rows, ct)
                ).ToDictionary(r => r.Id);
                return new KeyPage<DuplicatePair, string>(
                    [
                        .. found
                            .Distinct()
                            .Where(f => filled.ContainsKey(f.Kept) && filled.ContainsKey(f.Other))
                            .Select(f => new DuplicatePair(filled[f.Kept], filled[f.Other], f.Proof)),
                    ],
                    next
                );
            },
            ct
        );

    /// <summary>The newest first.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public Task<IReadOnlyList<MergeRow>> MergesAsync(int most = 20, CancellationToken ct = default) =>
        AskAsync<IReadOnlyList<MergeRow>>(
            async connection =>
            {
                await using var command = connection.Sql(
                    """
                    SELECT m.id, m.kept_id, coalesce(k.name, k.push_name, k.phone), coalesce(o.name, o.push_name, o.phone), m.at, m.by_name,
                        m.undone_at IS NOT NULL, m.undone_at IS NULL AND m.by_id IS NOT NULL AND o.merged_into = k.id AND k.merged_into IS NULL
                    FROM contact_merges m JOIN contacts k ON k.tenant_id = $1 AND k.id = m.kept_id JOIN contacts o ON o.tenant_id = $1 AND o.id = m.other_id
                    WHERE m.tenant_id = $1 AND k.erased_at IS NULL ORDER BY m.at DESC, m.id DESC LIMIT $2
                    """,
                    member.TenantId.Value,
                    most
                );
                await using var r = await command.ExecuteReaderAsync(ct);
                var rows = new List<MergeRow>();
                while (await r.ReadAsync(ct))
                {
                    rows.Add(
                        new MergeRow(
                            new MergeId(r.GetGuid(0)),
                            new ContactId(r.GetGuid(1)),
                            r.IsDBNull(2) ? null : r.GetString(2),
                            r.IsDBNull(3) ? null : r.GetString(3),
                            r.GetFieldValue<DateTimeOffset>(4),
                            r.IsDBNull(5) ? null : r.GetString(5),
                            r.GetBoolean(6),
                            r.GetBoolean(7)
                        )
                    );
                }

                return rows;
            },
            ct
        );

    /// <summary>
    /// The pairs of whole endings, as many as wanted at least: who is kept is paired with each of the others. A person with two numbers may stand at two endings.
    /// </summary>
    private static (string? Next, List<(ContactId, ContactId, DuplicateProof)> Pairs) Pairs(
        IReadOnlyList<(string Ending, DuplicateCandidate Candidate, MergeSide Side)> read,
        HashSet<(ContactId, ContactId)> apart,
        string? last,
        int wanted
    )
    {
        var pairs = new List<(ContactId, ContactId, DuplicateProof)>();
        foreach (var ending in read.GroupBy(r => r.Ending))
        {
            var sides = ending.DistinctBy(e => e.Side.Contact).ToDictionary(e => e.Side.Contact, e => e.Side);
            foreach (var group in DuplicateSearch.Find([.. ending.Select(e => e.Candidate)]))
            {
                var contacts = group.Contacts.Distinct().Select(c => sides[c]).ToList();
                var kept = contacts.Aggregate((a, b) => MergePlan.Order(a, b).Kept);
                pairs.AddRange(
                    contacts
                        .Where(c => c.Contact != kept.Contact && !apart.Contains(Sorted(kept.Contact, c.Contact)))
                        .Select(c => (kept.Contact, c.Contact, group.Proof))
                );
            }

            if (pairs.Count >= wanted)
            {
                return (ending.Key, pairs);
            }
        }

        return (last, pairs);
    }

    private async Task<(List<(string, DuplicateCandidate, MergeSide)> Read, string? Last)> ReadAsync(
        NpgsqlConnection connection,
        string after,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            $"""
            WITH shared AS MATERIALIZED (
                SELECT right(i.value, 8) AS ending FROM contact_identities i
                WHERE i.tenant_id = $1 AND i.kind = 'Phone' AND length(i.value) > 8 AND right(i.value, 8) > $2
                GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT $3
            )
            SELECT s.ending, p.id, coalesce(p.name, p.push_name), p.phone, p.created_at, i.value, (SELECT max(ending) FROM shared), (SELECT count(*) FROM shared)
            FROM shared s
            JOIN contact_identities i ON i.tenant_id = $1 AND i.kind = 'Phone' AND length(i.value) > 8 AND right(i.value, 8) = s.ending
            JOIN contacts p ON {ContactListSql.Listed} AND p.id = i.contact_id
            ORDER BY s.ending, p.created_at, p.id LIMIT $4
            """,
            member.TenantId.Value,
            after,
            Endings,
            MostContacts
        );
        await using var r = await command.ExecuteReaderAsync(ct);
        var (read, last, count) = (new List<(string, DuplicateCandidate, MergeSide)>(), (string?)null, 0L);
        while (await r.ReadAsync(ct))
        {
            var id = new ContactId(r.GetGuid(1));
            var name = r.IsDBNull(2) ? null : r.GetString(2);
            read.Add(
                (
                    r.GetString(0),
                    new DuplicateCandidate(id, name, [r.GetString(5)], []),
                    new MergeSide(
                        id,
                        name,
                        r.IsDBNull(3) ? null : r.GetString(3),
                        new Dictionary<string, FieldValue>(),
                        new HashSet<TagId>(),
                        Consent.Unknown,
                        [],
                        r.GetFieldValue<DateTimeOffset>(4)
                    )
                )
            );
            (last, count) = (r.GetString(6), r.GetInt64(7));
        }

        // Of so many with one ending that they do not fit, those that were added last are not looked at.
        return read.Count == MostContacts ? (read, read[^1].Item1)
            : count == Endings ? (read, last)
            : (read, null);
    }

    private async Task<HashSet<(ContactId, ContactId)>> ApartAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "SELECT first_id, second_id FROM contact_pairs WHERE tenant_id = $1",
            member.TenantId.Value
        );
        await using var r = await command.ExecuteReaderAsync(ct);
        var apart = new HashSet<(ContactId, ContactId)>();
        while (await r.ReadAsync(ct))
        {
            apart.Add(Sorted(new ContactId(r.GetGuid(0)), new ContactId(r.GetGuid(1))));
        }

        return apart;
    }

    private static (ContactId, ContactId) Sorted(ContactId a, ContactId b) => a.Value.CompareTo(b.Value) <= 0 ? (a, b) : (b, a);

    private async Task<T> AskAsync<T>(Func<NpgsqlConnection, Task<T>> ask, CancellationToken ct)
    {
        member.Demand(Permission.ContactsManage);
        return await Patience.AskAsync(database, member.TenantId, ask, ct);
    }
}
