using Npgsql;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Segments;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns.Audiences;

/// <summary>How many contacts an audience means, before anybody is left out for a reason of his own.</summary>
/// <param name="Total">Of any source, without those of the others.</param>
/// <param name="From">Of each source alone, in their order.</param>
/// <param name="Without">Likewise of those that are taken out.</param>
public sealed record AudienceSize(long Total, IReadOnlyList<long> From, IReadOnlyList<long> Without);

/// <summary>Counts audiences while they are put together.</summary>
public sealed class AudienceQueries(NpgsqlDataSource database, CurrentMember member, ContactScopes scopes)
{
    /// <summary>Null: too many to count while somebody waits.</summary>
    /// <exception cref="RuleException">The member may not, campaigns or see contacts.</exception>
    public async Task<AudienceSize?> CountAsync(Audience audience, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsRead);
        member.Demand(Permission.ContactsRead);
        if (audience.From.Count == 0)
        {
            return new AudienceSize(0, [], [.. audience.Without.Select(_ => 0L)]);
        }

        var day = await scopes.DayAsync(member.TenantId, ct);
        try
        {
            return await Patience.AskAsync(database, member.TenantId, connection => CountAsync(connection, audience, day, ct), ct);
        }
        catch (RuleException e) when (e.Key == "search.took-too-long")
        {
            return null;
        }
    }

    /// <summary>Somebody of it, always the same, to look at a message with; null: there is nobody, or he could not be found quickly.</summary>
    /// <exception cref="RuleException">The member may not, campaigns or see contacts.</exception>
    public async Task<ContactId?> SomebodyAsync(Audience audience, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsRead);
        member.Demand(Permission.ContactsRead);
        if (audience.From.Count == 0)
        {
            return null;
        }

        var day = await scopes.DayAsync(member.TenantId, ct);
        try
        {
            return await Patience.AskAsync(
                database,
                member.TenantId,
                async connection =>
                {
                    var scope = await AudienceScope.ReadAsync(connection, member.TenantId, audience, day, ct);
                    var first = await AudienceSql.ReadAsync(AudienceSql.Page(connection, member.TenantId, scope, after: null, size: 1), ct);
                    return first is [{ } person] ? person.Facts.Contact : (ContactId?)null;
                },
                ct
            );
        }
        catch (RuleException e) when (e.Key == "search.took-too-long")
        {
            return null;
        }
    }

    private async Task<AudienceSize> CountAsync(NpgsqlConnection connection, Audience audience, SegmentDay day, CancellationToken ct)
    {
        var scope = await AudienceScope.ReadAsync(connection, member.TenantId, audience, day, ct);
        await using var command = AudienceSql.Count(connection, member.TenantId, scope);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var from = scope.From.Count;
        long[] read = [.. Enumerable.Range(0, 1 + from + scope.Without.Count).Select(reader.GetInt64)];
        return new AudienceSize(read[0], read[1..(1 + from)], read[(1 + from)..]);
    }
}
