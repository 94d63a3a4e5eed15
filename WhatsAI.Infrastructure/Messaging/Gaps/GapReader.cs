using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Gaps;

/// <summary>What a gateway has of a gap.</summary>
/// <param name="Found">Messages, known here or not.</param>
/// <param name="From">Where what was read begins: later than asked for where there was more than is taken.</param>
/// <param name="KeepsNothing">It has nothing of the span, nor the newest message that is known here.</param>
internal sealed record GapAnswer(int Found, DateTimeOffset From, bool KeepsNothing);

/// <summary>
/// Reads a gap's messages from the gateway's store and puts what is not known here into the journal, a page at a time: from there on it is an event like
/// those that came by themselves, so that nothing happens twice, whichever comes first.
/// </summary>
public sealed class GapReader(NpgsqlDataSource database, Journal journal, IWhatsAppGateway gateway, ILogger<GapReader> log)
{
    // Each divides the one before it, so that a smaller page begins where the larger one would have.
    private static readonly int[] _sizes = [50, 10, 1];

    /// <summary>What is taken of one gap at most, the newest.</summary>
    private const int Most = 100_000;

    /// <exception cref="GatewayException">It did not answer; what was read by then is in the journal.</exception>
    internal async Task<GapAnswer> ReadAsync(GatewayConnection at, WorkClaim claim, DueGap gap, CancellationToken ct)
    {
        var (done, found, size, oldest) = (0, 0, 0, gap.EndsAt);
        while (done < Most)
        {
            // Newest first with a fixed end: what comes meanwhile can only push others to later pages.
            var search = new MessageSearch(
                Chat: null,
                gap.StartsAt,
                gap.EndsAt + GapRules.Overlap,
                (done / _sizes[size]) + 1,
                _sizes[size]
            );
            MessagePage page;
            try
            {
                page = await gateway.FindMessagesAsync(at, search, ct);
            }
            catch (GatewayException e) when (e.TooLong)
            {
                if (size < _sizes.Length - 1)
                {
                    size++;
                    continue;
                }

                log.LogWarning("A stored message of {InstanceId} is larger than an answer may be and is passed over", claim.Instance);
                (done, found) = (done + 1, found + 1);
                continue;
            }

            await JournalAsync(claim, gap, page, ct);
            (done, found) = (done + _sizes[size], found + page.Stored.Count);
            oldest = page.Stored.Select(s => s.At).Append(oldest).Min() ?? oldest;
            if (search.Page >= page.Pages)
            {
                return new GapAnswer(found, gap.StartsAt, found == 0 && await KeepsNothingAsync(at, claim, ct));
            }

            size = done % _sizes[0] == 0 ? 0 : size;
        }

        log.LogWarning("More than {Count} messages of {InstanceId} were asked for; the older ones are left", Most, claim.Instance);
        return new GapAnswer(found, oldest, KeepsNothing: false);
    }

    private async Task JournalAsync(WorkClaim claim, DueGap gap, MessagePage page, CancellationToken ct)
    {
        if (page.Stored.Count == 0)
        {
            return;
        }

        Dictionary<string, DeliveryState?> known;
        await using (var transaction = await database.BeginAsync(claim.Tenant, ct))
        {
            known = await GapSql.KnownAsync(transaction.Connection, claim, page.Stored.Select(s => s.ProviderId), ct);
        }

        await Task.WhenAll(
            page.Stored.Reverse()
                .SelectMany(s => News(s, known))
                .Select(body => journal.AppendAsync(claim.Tenant, claim.Instance, body, ct, gap.Id))
        );
    }

    private static IEnumerable<byte[]> News(StoredEvents stored, Dictionary<string, DeliveryState?> known)
    {
        if (!known.TryGetValue(stored.ProviderId, out var state))
        {
            yield return stored.Body;
        }

        // Of a customer's message only that it was read on the phone, which makes it no news; of one known here that is known too.
        var news = known.ContainsKey(stored.ProviderId)
            ? state is { } was && stored.State is { } now && DeliveryStates.Advance(was, now) != was
            : stored.FromMe || stored.State is DeliveryState.Read or DeliveryState.Played;
        if (news && stored.Receipt is { } receipt)
        {
            yield return receipt;
        }
    }

    private async Task<bool> KeepsNothingAsync(GatewayConnection at, WorkClaim claim, CancellationToken ct)
    {
        string? newest;
        await using (var transaction = await database.BeginAsync(claim.Tenant, ct))
        {
            newest = await GapSql.NewestAsync(transaction.Connection, claim, ct);
        }

        return newest is not null && await gateway.FindMessageAsync(at, newest, ct) is null;
    }
}
