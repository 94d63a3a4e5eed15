using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>
/// Sends blue ticks for what agents have had on their screens. Telling WhatsApp twice does no harm, so what is in doubt is told again. A chat whose phone
/// is not known gets none: the gateway takes a LID's key without a word and drops it.
/// </summary>
public sealed class ReceiptSender(
    NpgsqlDataSource database,
    IWhatsAppGateway gateway,
    GatewayConnections connections,
    WorkTools tools,
    ILogger<ReceiptSender> log
) : WorkLoop(WorkKind.Receipts, 8, tools, log)
{
    private const int Batch = 500;
    private const int KeysOfACall = 100;

    protected override Task WorkAsync(HeldClaim held) => SendDueAsync(held);

    internal async Task SendDueAsync(HeldClaim held)
    {
        while (await DueAsync(held) is { Count: > 0 } due && await SendAsync(held, due)) { }
        await database.GiveBackAsync(held.Claim, c => ReceiptSql.NextDueAsync(c, held.Claim, held.Lost), held.Lost);
    }

    private async Task<IReadOnlyList<DueReceipt>> DueAsync(HeldClaim held)
    {
        await using var transaction = await database.BeginAsync(held.Claim.Tenant, held.Lost);
        return await ReceiptSql.DueAsync(transaction.Connection, held.Claim, Batch, held.Lost);
    }

    /// <summary>Whether the gateway answered: else the rest waits with the call that failed.</summary>
    private async Task<bool> SendAsync(HeldClaim held, IReadOnlyList<DueReceipt> due)
    {
        var told = due.Where(r => r is { ProviderId: not null, Chat.Kind: JidKind.Phone or JidKind.Group }).ToList();
        if (told.Count < due.Count)
        {
            log.LogDebug(
                "{Count} messages of {InstanceId} get no blue ticks: no phone is known",
                due.Count - told.Count,
                held.Claim.Instance
            );
            await DoneAsync(held, due.Except(told));
        }

        // A conversation's ticks go together, as many conversations to a call as fit.
        var calls = told.GroupBy(r => r.Conversation).SelectMany(conversation => conversation).Chunk(KeysOfACall).ToList();
        for (var i = 0; i < calls.Count; i++)
        {
            try
            {
                var at = await connections.OfInstanceAsync(held.Claim.Tenant, held.Claim.Instance, held.Lost);
                await gateway.MarkReadAsync(at, [.. calls[i].Select(Key)], held.Lost);
                await DoneAsync(held, calls[i]);
            }
            catch (GatewayException e) when (MayPass(e.Failure))
            {
                await AgainAsync(held, calls[i..].SelectMany(call => call), e);
                return false;
            }
            catch (GatewayException e)
            {
                log.LogInformation("Blue ticks of {InstanceId} are dropped: {Failure}", held.Claim.Instance, e.Failure);
                await DoneAsync(held, calls[i]);
            }
        }

        return true;
    }

    private async Task DoneAsync(HeldClaim held, IEnumerable<DueReceipt> receipts)
    {
        await using var transaction = await database.BeginAsync(held.Claim.Tenant, held.Lost);
        await ReceiptSql.DoneAsync(transaction.Connection, held.Claim, receipts.Select(r => r.Message), held.Lost);
        await transaction.CommitAsync(held.Lost);
    }

    private async Task AgainAsync(HeldClaim held, IEnumerable<DueReceipt> receipts, GatewayException e)
    {
        var judged = receipts.Select(r => (r.Message, Wait: ReceiptRetry.Wait(r.Attempts + 1))).ToList();
        var given = judged.Where(r => r.Wait is null).Select(r => r.Message).ToList();
        log.LogDebug("Blue ticks of {InstanceId} wait ({Failure}), {Dropped} given up", held.Claim.Instance, e.Failure, given.Count);
        await using var transaction = await database.BeginAsync(held.Claim.Tenant, held.Lost);
        await ReceiptSql.DoneAsync(transaction.Connection, held.Claim, given, held.Lost);
        await ReceiptSql.AgainAsync(
            transaction.Connection,
            held.Claim,
            [
                .. judged
                    .Where(r => r.Wait is not null)
                    .Select(r => (r.Message, r.Wait!.Value > e.RetryAfter.GetValueOrDefault() ? r.Wait.Value : e.RetryAfter!.Value)),
            ],
            held.Lost
        );
        await transaction.CommitAsync(held.Lost);
    }

    private static MessageKey Key(DueReceipt receipt) => new(receipt.ProviderId!, receipt.Chat!, FromMe: false, receipt.Participant);

    private static bool MayPass(GatewayFailure failure) =>
        failure
            is GatewayFailure.Unreachable
                or GatewayFailure.TimedOut
                or GatewayFailure.NotConnected
                or GatewayFailure.RateLimited
                or GatewayFailure.Unauthorized
                or GatewayFailure.LicenceRequired
                or GatewayFailure.Unclear;
}
