using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Later;

/// <summary>
/// Does what was put off until now, number by number: each is claimed in the work list, so that copies share the work, and given back with the time its next
/// thing is due. The database's clock decides. What a console missed while it was down is due when it starts.
/// </summary>
public sealed class LaterWork(NpgsqlDataSource database, WorkTools tools, IEnumerable<ILaterPart> parts, ILogger<LaterWork> log)
{
    private const int AtOnce = 4;
    private readonly ILaterPart[] _parts = [.. parts];

    /// <summary>Until nothing is due any more. The database being away ends it: the next look finds the same.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var asked = tools.Time.GetTimestamp();
                var claims = await tools.Work.ClaimAsync(WorkKind.Later, AtOnce, ct);
                if (claims.Count == 0)
                {
                    return;
                }

                await Task.WhenAll(claims.Select(c => RunAsync(c, asked, ct)));
            }
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            log.LogInformation("What is due cannot be looked for now ({Failure})", e.GetType().Name);
        }
    }

    private async Task RunAsync(WorkClaim claim, long asked, CancellationToken ct)
    {
        using var scope = log.About(claim.Tenant, claim.Instance);
        await using var held = new HeldClaim(claim, tools.Work, tools.Time, asked, ct);
        try
        {
            foreach (var part in _parts)
            {
                await part.RunAsync(claim.Tenant, claim.Instance, held.Lost);
            }

            await database.GiveBackAsync(claim, c => NextAsync(c, claim, held.Lost), held.Lost);
        }
        catch (OperationCanceledException) when (held.Lost.IsCancellationRequested)
        {
            // Lost, or the program stops: the claim runs out and somebody else goes on.
        }
        catch (Exception e) when (!DatabaseAway.Is(e))
        {
            log.LogError(e, "What is due of {InstanceId} of {TenantId} failed; it is taken up again", claim.Instance, claim.Tenant);
        }
    }

    private async Task<TimeSpan?> NextAsync(NpgsqlConnection connection, WorkClaim claim, CancellationToken ct)
    {
        DateTimeOffset? next = null;
        foreach (var part in _parts)
        {
            var at = await part.NextAsync(connection, claim.Tenant, claim.Instance, ct);
            next = next is null || at < next ? at : next;
        }

        if (next is not { } then)
        {
            return null;
        }

        await using var command = connection.Sql("SELECT $1 - now()", then.ToUniversalTime());
        return await command.ExecuteScalarAsync(ct) as TimeSpan?;
    }

    /// <summary>A part's own look: the earliest time of what waits.</summary>
    internal static async Task<DateTimeOffset?> TimeAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            return await reader.ReadAsync(ct) && !reader.IsDBNull(0) ? reader.GetFieldValue<DateTimeOffset>(0) : null;
        }
    }
}
