using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Messaging.Media;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Infrastructure.Messaging.Media;

/// <summary>How the fetch of one file ended.</summary>
internal abstract record FetchOutcome
{
    public sealed record Stored(StoredMedia File, SniffedFile Look, string? Name) : FetchOutcome;

    /// <summary>This file was not given; it is tried again some time.</summary>
    public sealed record Failed(GatewayFailure Why) : FetchOutcome;

    /// <summary>Trying again is of no use.</summary>
    /// <param name="Reason">A resource key.</param>
    public sealed record Never(string Reason) : FetchOutcome;

    /// <summary>The number or its gateway cannot be asked now, which says nothing about the file.</summary>
    public sealed record Later(GatewayFailure Why, TimeSpan Wait) : FetchOutcome;
}

/// <summary>Fetches one file from the gateway into the store.</summary>
public sealed class MediaFetch(IWhatsAppGateway gateway, GatewayConnections connections, MediaIntake intake)
{
    public const string TooLarge = "media.too-large";
    public const string Unavailable = "media.unavailable";
    public const string NumberRemoved = "media.number-removed";

    // The gateway's client stops before the chunk that passes its limit; ours must be passed first, to be told from other refusals.
    private const int Chunk = 1024 * 1024;

    internal async Task<FetchOutcome> RunAsync(TenantId tenant, InstanceId instance, MediaReference? media, CancellationToken cancellation)
    {
        if (media is null)
        {
            return new FetchOutcome.Never(Unavailable);
        }

        if (media.Size > intake.Limit)
        {
            return new FetchOutcome.Never(TooLarge);
        }

        GatewayConnection at;
        try
        {
            at = await connections.OfInstanceAsync(tenant, instance, cancellation);
        }
        catch (GatewayException e)
        {
            return e.Failure == GatewayFailure.UnknownInstance ? new FetchOutcome.Never(NumberRemoved) : Judge(e);
        }

        await using var file = intake.Open(intake.Limit);
        try
        {
            var fetched = await gateway.FetchMediaAsync(at, media, file.Sink, intake.Limit + Chunk, cancellation);
            if (file.Size == 0)
            {
                return new FetchOutcome.Failed(GatewayFailure.Unclear);
            }

            var look = await file.LookAsync(cancellation);
            return new FetchOutcome.Stored(await file.KeepAsync(cancellation), look, FileNames.Safe(media.FileName ?? fetched.FileName));
        }
        catch (MediaTooLargeException)
        {
            return new FetchOutcome.Never(TooLarge);
        }
        catch (GatewayException e)
        {
            return file.Sink.IsOver ? new FetchOutcome.Never(TooLarge) : Judge(e);
        }
    }

    private static FetchOutcome Judge(GatewayException e) =>
        e.Failure switch
        {
            GatewayFailure.Unreachable => new FetchOutcome.Later(e.Failure, TimeSpan.FromSeconds(30)),
            GatewayFailure.NotConnected => new FetchOutcome.Later(e.Failure, TimeSpan.FromMinutes(1)),
            GatewayFailure.RateLimited => new FetchOutcome.Later(e.Failure, e.RetryAfter ?? TimeSpan.FromMinutes(1)),
            GatewayFailure.Unauthorized or GatewayFailure.UnknownInstance or GatewayFailure.LicenceRequired or GatewayFailure.NotAGateway =>
                new FetchOutcome.Later(e.Failure, TimeSpan.FromMinutes(5)),
            _ => new FetchOutcome.Failed(e.Failure),
        };
}
