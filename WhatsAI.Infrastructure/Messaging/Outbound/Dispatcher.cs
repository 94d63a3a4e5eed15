using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>What a send needs beside the ledger.</summary>
public sealed record SendTools(IWhatsAppGateway Gateway, GatewayConnections Connections, ServerGates Servers, IMediaStore Media);

/// <summary>
/// Sends what is due, one message of a number at a time, several numbers at once. The attempt is committed before the gateway is called; a hand-over begins
/// only with enough of the lease left, and is never cut short, because cutting it short would leave it in doubt. A server that has fallen silent is asked
/// before it gets another message, and never holds all slots.
/// </summary>
public sealed class Dispatcher(LedgerQueue queue, SendTools send, WorkTools tools, ILogger<Dispatcher> log)
    : WorkLoop(WorkKind.Outbound, Slots, tools, log)
{
    private const int Slots = 64;
    private static readonly TimeSpan _enough = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _full = TimeSpan.FromSeconds(1);
    private readonly ServerPlaces _places = new(Slots / 2);

    protected override async Task WorkAsync(HeldClaim held)
    {
        // Unknown where to send it is said by the hand-over.
        var at = await FindAsync(held);
        using var place = at is null ? null : await _places.TakeAsync(at.Address, held.Lost);
        if (at is not null && place is null)
        {
            held.Lost.ThrowIfCancellationRequested();
            await queue.PutOffAsync(held.Claim, _full, held.Lost);
            return;
        }

        while (!held.Lost.IsCancellationRequested && held.Left >= _enough)
        {
            var rest = at is null ? null : await send.Servers.RestAsync(at.Address, () => send.Gateway.ProbeAsync(at), held.Lost);
            if (await BeginAsync(held, rest) is not { } attempt)
            {
                return;
            }

            // Between the commit and here the process may have stood still for a minute.
            var result =
                held.Left >= _enough
                    ? await HandOverAsync(held.Claim, attempt)
                    : new AttemptResult.NotTaken(GatewayFailure.Unreachable, SurelyNotSent: true, RetryAfter: TimeSpan.Zero);
            if (!await EndAsync(held, attempt, result))
            {
                return;
            }
        }
    }

    private async Task<GatewayConnection?> FindAsync(HeldClaim held)
    {
        try
        {
            return await send.Connections.OfInstanceAsync(held.Claim.Tenant, held.Claim.Instance, held.Lost);
        }
        catch (Exception e) when (e is GatewayException or NpgsqlException or TimeoutException or IOException)
        {
            return null;
        }
    }

    /// <summary>An error of the moment must not let the claim run out: the number would rest for the whole lease.</summary>
    private async Task<Attempt?> BeginAsync(HeldClaim held, ServerRest? rest)
    {
        while (true)
        {
            try
            {
                return await queue.BeginAsync(held.Claim, held.Lost, rest);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException && held.Left >= _enough)
            {
                log.LogWarning("Sends of {InstanceId} wait for the database: {Failure}", held.Claim.Instance, Describe(e));
                await Task.Delay(TimeSpan.FromMilliseconds(250), held.Lost);
            }
        }
    }

    private async Task<AttemptResult> HandOverAsync(WorkClaim claim, Attempt attempt)
    {
        GatewayConnection at;
        try
        {
            at = await send.Connections.OfInstanceAsync(claim.Tenant, claim.Instance, CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            // Where to send it is in the database, which is away: not a byte has left.
            return new AttemptResult.NotTaken(GatewayFailure.Unreachable, SurelyNotSent: true, RetryAfter: TimeSpan.FromSeconds(1));
        }
        catch (GatewayException e)
        {
            return Refused(claim, attempt, e);
        }

        try
        {
            return new AttemptResult.Taken(await SendAsync(at, attempt));
        }
        catch (GatewayException e)
        {
            if (e.Failure is GatewayFailure.TimedOut or GatewayFailure.Unreachable)
            {
                send.Servers.Suspect(at.Address);
            }

            return Refused(claim, attempt, e);
        }
    }

    private AttemptResult.NotTaken Refused(WorkClaim claim, Attempt attempt, GatewayException e)
    {
        log.LogInformation(
            "Message {MessageId} of {InstanceId} was not taken: {Failure}, surely not sent {SurelyNotSent}",
            attempt.Message,
            claim.Instance,
            e.Failure,
            e.SurelyNotSent
        );
        return new AttemptResult.NotTaken(e.Failure, e.SurelyNotSent, e.RetryAfter, e.Code);
    }

    private async Task<SentMessage> SendAsync(GatewayConnection at, Attempt attempt)
    {
        if (attempt.Body is TextBody text)
        {
            return await send.Gateway.SendTextAsync(at, attempt.To, text.Text, attempt.Quote);
        }

        var (kind, caption) = attempt.Body switch
        {
            ImageBody image => (OutgoingMediaKind.Image, image.Caption),
            VideoBody video => (OutgoingMediaKind.Video, video.Caption),
            AudioBody { Voice: true } => (OutgoingMediaKind.Voice, null),
            AudioBody => (OutgoingMediaKind.Audio, null),
            DocumentBody document => (OutgoingMediaKind.Document, document.Caption),
            _ => throw new GatewayException(GatewayFailure.NotSupported, "This kind of message cannot be sent.", surelyNotSent: true),
        };
        await using var content = attempt.Media is { } file ? send.Media.OpenRead(file.Hash) : null;
        return content is null
            ? throw new GatewayException(GatewayFailure.Rejected, "The file is no longer in the store.", surelyNotSent: true)
            : await send.Gateway.SendMediaAsync(
                at,
                attempt.To,
                new OutgoingMedia(kind, content, attempt.Media!.ContentType, attempt.Media.FileName, caption),
                attempt.Quote
            );
    }

    /// <summary>The result is worth more than one try: while the database is away it is kept until the lease has run out.</summary>
    private async Task<bool> EndAsync(HeldClaim held, Attempt attempt, AttemptResult result)
    {
        while (true)
        {
            try
            {
                return await queue.EndAsync(held.Claim, attempt, result, CancellationToken.None);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException && held.Left > TimeSpan.Zero)
            {
                log.LogWarning("The result of {MessageId} waits for the database: {Failure}", attempt.Message, Describe(e));
                await Task.Delay(TimeSpan.FromMilliseconds(250));
            }
        }
    }

    private static string Describe(Exception e) => e is PostgresException postgres ? postgres.SqlState : e.GetType().Name;
}
