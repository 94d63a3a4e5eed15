using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Gaps;

/// <summary>
/// Asks gateways for messages that may have been missed, one number by one copy at a time. A gateway that does not answer is asked again, for a day; that
/// it stores nothing is said and not taken for "nothing missed".
/// </summary>
public sealed class GapFiller(
    NpgsqlDataSource database,
    GapReader reader,
    SendTools send,
    EventHub hub,
    WorkTools tools,
    ILogger<GapFiller> log
) : WorkLoop(WorkKind.Gap, 4, tools, log)
{
    /// <summary>The journal works through what was found in the meantime.</summary>
    private static readonly TimeSpan _lookAgain = TimeSpan.FromMilliseconds(300);

    protected override Task WorkAsync(HeldClaim held) => FillDueAsync(held);

    /// <summary>One step: begins the oldest gap that is due and reads it, or sees whether the journal has worked through it.</summary>
    internal async Task FillDueAsync(HeldClaim held)
    {
        var claim = held.Claim;
        if (await BeginAsync(claim, held.Lost) is { } gap)
        {
            if (gap.IsRead || await ReadAsync(claim, gap, held.Lost))
            {
                await FinishAsync(claim, gap, held.Lost);
            }
        }

        await database.GiveBackAsync(claim, c => GapSql.NextAsync(c, claim, held.Lost), held.Lost);
    }

    private async Task<DueGap?> BeginAsync(WorkClaim claim, CancellationToken ct)
    {
        DueGap? gap = null;
        await DoAsync(claim, async c => gap = await GapSql.BeginAsync(c, claim, ct), ct);
        if (gap is { IsRead: false })
        {
            Tell(claim, []);
        }

        return gap;
    }

    /// <summary>False when the gap is put off or over.</summary>
    private async Task<bool> ReadAsync(WorkClaim claim, DueGap gap, CancellationToken ct)
    {
        Uri? server = null;
        try
        {
            var at = await send.Connections.OfInstanceAsync(claim.Tenant, claim.Instance, ct);
            if (await send.Servers.RestAsync(at.Address, () => send.Gateway.ProbeAsync(at), ct) is { } rest)
            {
                await PutOffAsync(claim, gap, rest.Failure, rest.Wait, ct);
                return false;
            }

            server = at.Address;
            var answer = await reader.ReadAsync(at, claim, gap, ct);
            if (answer.KeepsNothing)
            {
                await EndAsync(claim, gap, GapState.NothingKept, failure: null, ct);
                return false;
            }

            return await DoAsync(claim, c => GapSql.ReadAsync(c, claim, gap.Id, answer, ct), ct);
        }
        catch (GatewayException e)
        {
            if (server is not null && e.Failure is GatewayFailure.TimedOut or GatewayFailure.Unreachable)
            {
                send.Servers.Suspect(server);
            }

            log.LogInformation("Missed messages of {InstanceId} cannot be asked for now: {Failure}", claim.Instance, e.Failure);
            await PutOffAsync(claim, gap, e.Failure, e.RetryAfter, ct);
            return false;
        }
    }

    /// <param name="asked">How long the gateway, or all who ask it, want to wait at least.</param>
    private async Task PutOffAsync(WorkClaim claim, DueGap gap, GatewayFailure failure, TimeSpan? asked, CancellationToken ct)
    {
        if (GapRules.Again(gap.Attempts + 1, gap.CreatedAt, gap.Now, asked) is { } wait)
        {
            await DoAsync(claim, c => GapSql.PutOffAsync(c, claim, gap.Id, wait, failure.ToString(), ct), ct);
            Tell(claim, []);
        }
        else
        {
            await EndAsync(claim, gap, GapState.Unanswered, failure.ToString(), ct);
        }
    }

    private async Task FinishAsync(WorkClaim claim, DueGap gap, CancellationToken ct)
    {
        var pending = false;
        await DoAsync(
            claim,
            async c =>
            {
                pending = await GapSql.IsPendingAsync(c, claim, gap.Id, ct);
                if (pending)
                {
                    await GapSql.PutOffAsync(c, claim, gap.Id, _lookAgain, failure: null, ct);
                }
            },
            ct
        );
        if (!pending)
        {
            await EndAsync(claim, gap, GapState.Filled, failure: null, ct);
        }
    }

    private async Task EndAsync(WorkClaim claim, DueGap gap, GapState state, string? failure, CancellationToken ct)
    {
        IReadOnlyList<(ConversationId Conversation, int Recovered)> touched = [];
        var ended = await DoAsync(
            claim,
            async c =>
            {
                await GapSql.EndAsync(c, claim, gap.Id, state, failure, ct);
                touched = await GapSql.TouchedAsync(c, claim.Tenant, gap.Id, ct);
                if (LineOf(gap.Cause, state, touched.Sum(t => t.Recovered)) is var (what, count))
                {
                    await GapSql.LogAsync(c, (claim.Tenant, claim.Instance), what, ct, count);
                }
            },
            ct
        );
        if (ended)
        {
            Tell(claim, touched);
        }
    }

    /// <summary>What the number's log says; nothing of a reconnect after which nothing was missing, of which a shaky number has hundreds.</summary>
    private static (string What, int? Count)? LineOf(GapCause cause, GapState state, int recovered) =>
        state switch
        {
            GapState.NothingKept => ("gap-nothing-kept", null),
            GapState.Unanswered => ("gap-unanswered", null),
            _ when recovered == 1 => ("gap-recovered-one", recovered),
            _ when recovered > 0 => ("gap-recovered", recovered),
            _ when cause is GapCause.Reconnected => null,
            _ => ("gap-complete", null),
        };

    /// <summary>False, and nothing done, when the claim was lost.</summary>
    private async Task<bool> DoAsync(WorkClaim claim, Func<NpgsqlConnection, Task> act, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(claim.Tenant, ct);
        if (!await WorkList.LockAsync(transaction.Connection, claim, ct))
        {
            return false;
        }

        await act(transaction.Connection);
        await transaction.CommitAsync(ct);
        return true;
    }

    private void Tell(WorkClaim claim, IReadOnlyList<(ConversationId Conversation, int Recovered)> touched) =>
        hub.Publish([
            new GapChanged(claim.Tenant, claim.Instance),
            new InstanceChanged(claim.Tenant, claim.Instance),
            .. touched.Select(t => new ConversationChanged(claim.Tenant, t.Conversation)),
        ]);
}
