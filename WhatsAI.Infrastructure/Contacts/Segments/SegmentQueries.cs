using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Segments;

/// <summary>Whom a rule selects while it is being written.</summary>
/// <param name="Count">Null: too many to count while somebody waits.</param>
/// <param name="Problems">What is wrong with the rule; nobody is counted then.</param>
/// <param name="First">A few of them.</param>
/// <param name="Parts">How many each condition alone selects, with the "not" before it; by the condition itself.</param>
public sealed record SegmentCount(
    long? Count,
    IReadOnlyList<SegmentProblem> Problems,
    IReadOnlyList<ContactRow> First,
    IReadOnlyList<SegmentPart> Parts
);

/// <param name="Rule">The very condition of the rule that was counted.</param>
public sealed record SegmentPart(SegmentRule Rule, long Count);

/// <summary>Counts rules that are not stored yet.</summary>
public sealed class SegmentQueries(IDbContextFactory<ConsoleDb> dbs, NpgsqlDataSource database, CurrentMember member, ContactScopes scopes)
{
    private const int Shown = 5;

    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<SegmentCount> CountAsync(SegmentRule? rule, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsRead);
        if (rule is null)
        {
            return new SegmentCount(0, [], [], []);
        }

        await using (var db = await dbs.CreateDbContextAsync(ct))
        {
            var problems = SegmentCheck.Problems(rule, await ContactCatalogQueries.SegmentCatalogAsync(db, ct));
            if (problems.Count > 0)
            {
                return new SegmentCount(null, problems, [], []);
            }
        }

        var scope = new ContactScope(null, null, rule, await scopes.DayAsync(member.TenantId, ct));
        try
        {
            return await Patience.AskAsync(
                database,
                member.TenantId,
                async connection =>
                {
                    var parts = Parts(rule, isNot: false).ToList();
                    var counts = await ContactListSql.CountEachAsync(
                        connection,
                        member.TenantId,
                        [rule, .. parts.Select(p => p.Counted)],
                        scope.Day,
                        ct
                    );
                    return new SegmentCount(
                        counts[0],
                        [],
                        await ContactListSql.ReadAsync(ContactListSql.Page(connection, member.TenantId, scope, null, Shown), ct),
                        [.. parts.Zip(counts.Skip(1), (p, n) => new SegmentPart(p.Rule, n))]
                    );
                },
                ct
            );
        }
        catch (RuleException e) when (e.Key == "search.took-too-long")
        {
            return new SegmentCount(null, [], [], []);
        }
    }

    private static IEnumerable<(SegmentRule Rule, SegmentRule Counted)> Parts(SegmentRule rule, bool isNot) =>
        rule switch
        {
            SegmentRule.All all => all.Rules.SelectMany(r => Parts(r, isNot: false)),
            SegmentRule.Any any => any.Rules.SelectMany(r => Parts(r, isNot: false)),
            SegmentRule.Not not => Parts(not.Rule, !isNot),
            _ => [(rule, isNot ? new SegmentRule.Not(rule) : rule)],
        };
}
