using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Later;

/// <summary>
/// Does what was put off until now, number by number: each is claimed in the work list, so that copies share the work, and given back with the time its next
/// thing is due. The database's clock decides. What a console missed while it was down is due when it starts.
/// </summary>
public sealed class LaterWork(
    NpgsqlDataSource database,
    WorkTools tools,
    SnoozeReturn snoozes,
    ScheduledSender scheduled,
    ILogger<LaterWork> log
)
{
    private const int AtOnce = 4;

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
            await snoozes.RunAsync(claim.Tenant, claim.Instance, held.Lost);
            await scheduled.RunAsync(claim.Tenant, claim.Instance, held.Lost);
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

    private static async Task<TimeSpan?> NextAsync(NpgsqlConnection connection, WorkClaim claim, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT least(
                (SELECT min(snoozed_until) FROM conversation_heads
                    WHERE tenant_id = $1 AND instance_id = $2 AND status = 'Snoozed' AND snoozed_until IS NOT NULL),
                (SELECT min(due_at) FROM scheduled_messages WHERE tenant_id = $1 AND instance_id = $2 AND state = 'Scheduled')
            ) - now()
            """,
            claim.Tenant.Value,
            claim.Instance.Value
        );
        return await command.ExecuteScalarAsync(ct) as TimeSpan?;
    }
}
