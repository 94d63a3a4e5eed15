using Npgsql;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Recipients;

/// <summary>
/// Takes in what happened to recipients: the database writes a row of <c>campaign_news</c> in the transaction in which a message of the ledger moves, whoever moves
/// it, so that no path is forgotten and the hot ones write nothing of recipients. Two rows of one recipient follow each other as their transactions did.
/// </summary>
internal static class RecipientNews
{
    /// <summary>Rows of one turn.</summary>
    public const int Most = 2_000;

    /// <summary>How many rows were taken in. The campaign's run is locked.</summary>
    public static async Task<int> TakeAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        CampaignId campaign,
        RecipientMoves moves,
        CancellationToken ct
    )
    {
        var news = await ReadAsync(connection, campaign, ct);
        if (news.Count == 0)
        {
            return 0;
        }

        var lines = await LinesAsync(connection, tenant, campaign, news.Select(n => n.Contact).Distinct(), ct);
        var others = await OthersAsync(connection, tenant, campaign, OfSeveral(news, lines), ct);
        foreach (var item in news)
        {
            if (LineOf(item, lines, others, moves) is { } before)
            {
                var after = After(before, item);
                moves.Move(before, after);
                if (after.State == RecipientState.Failed && before.State != RecipientState.Failed)
                {
                    moves.FailedAt(item.At);
                }
            }
        }

        return news.Count;
    }

    /// <summary>News of people to whom there is more than one message: it came back and went out anew, or two contacts became one.</summary>
    private static List<News> OfSeveral(List<News> news, Dictionary<ContactId, RecipientLine> lines) =>
        [
            .. news.Where(n => n.Message is not null)
                .GroupBy(n => n.Contact)
                .Where(g =>
                    g.Select(n => n.Message).Append(lines.GetValueOrDefault(g.Key)?.Message ?? g.First().Message).Distinct().Skip(1).Any()
                )
                .SelectMany(g => g),
        ];

    /// <summary>
    /// Whom it moves, as he is after the news before it; null: nobody any more. Of two contacts that became one each message keeps its own recipient.
    /// </summary>
    private static RecipientLine? LineOf(
        News item,
        Dictionary<ContactId, RecipientLine> lines,
        Dictionary<MessageId, RecipientLine> others,
        RecipientMoves moves
    )
    {
        var line = lines.TryGetValue(item.Contact, out var own) ? moves.Now(own) : null;
        return item.Message is not { } its || line?.Message == its ? line
            : others.TryGetValue(its, out var other) ? moves.Now(other)
            : line is { Message: null } ? line
            : null;
    }

    /// <summary>Recipients who were merged into another one, by their messages.</summary>
    private static async Task<Dictionary<MessageId, RecipientLine>> OthersAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        CampaignId campaign,
        List<News> news,
        CancellationToken ct
    )
    {
        if (news.Count == 0)
        {
            return [];
        }

        await using var command = connection.Sql(
            $"""
            SELECT {Columns} FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2 AND message_id = ANY ($4)
                AND contact_id IN (SELECT id FROM contacts WHERE tenant_id = $1 AND merged_into = ANY ($3))
            """,
            tenant.Value,
            campaign.Value,
            news.Select(n => n.Contact.Value).Distinct().ToArray(),
            news.Select(n => n.Message!.Value.Value).Distinct().ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var lines = new Dictionary<MessageId, RecipientLine>();
        while (await reader.ReadAsync(ct))
        {
            var line = Read(reader);
            lines[line.Message!.Value] = line;
        }

        return lines;
    }

    /// <summary>A recipient after a piece of news.</summary>
    internal static RecipientLine After(RecipientLine line, News news)
    {
        switch (news.Kind)
        {
            case RecipientMoves.OptedOut:
                return line with { OptedOutAt = line.OptedOutAt ?? news.At };
            case RecipientMoves.Blocked:
                return line with { BlockedAt = line.BlockedAt ?? news.At };
            case nameof(RecipientState.Queued):
                // It surely did not go out and waits for another number: no news of Core's kind, it goes backward.
                return line.State == RecipientState.Sending
                    ? line with
                    {
                        State = RecipientState.Queued,
                        Instance = null,
                        Message = null,
                        Reason = null,
                    }
                    : line;
        }

        if (!Enum.TryParse<RecipientState>(news.Kind, out var said))
        {
            return line;
        }

        var state = RecipientStates.Advance(line.State, said);
        var moved = line with
        {
            State = state,
            Instance = news.Instance ?? line.Instance,
            Message = news.Message ?? line.Message,
            Reason = state is RecipientState.Failed or RecipientState.Skipped or RecipientState.Unconfirmed
                ? (state == said ? news.Reason : line.Reason)
                : null,
        };
        return said switch
        {
            RecipientState.Sent => moved with { SentAt = moved.SentAt ?? news.At },
            RecipientState.Delivered => moved with { SentAt = moved.SentAt ?? news.At, DeliveredAt = moved.DeliveredAt ?? news.At },
            RecipientState.Read => Arrived(moved, news.At) with { ReadAt = moved.ReadAt ?? news.At },
            // Who answers has it, whatever receipts he sends.
            RecipientState.Replied => Arrived(moved, news.At) with
            {
                ReadAt = moved.ReadAt ?? news.At,
                RepliedAt = moved.RepliedAt ?? news.At,
            },
            _ => moved,
        };
    }

    private static RecipientLine Arrived(RecipientLine line, DateTimeOffset at) =>
        line with
        {
            SentAt = line.SentAt ?? at,
            DeliveredAt = line.DeliveredAt ?? at,
        };

    /// <summary>Certain recipients, as they are; nobody else moves them while the campaign's run is locked.</summary>
    public static async Task<Dictionary<ContactId, RecipientLine>> LinesAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        CampaignId campaign,
        IEnumerable<ContactId> contacts,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            $"SELECT {Columns} FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2 AND contact_id = ANY ($3)",
            tenant.Value,
            campaign.Value,
            contacts.Select(c => c.Value).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var lines = new Dictionary<ContactId, RecipientLine>();
        while (await reader.ReadAsync(ct))
        {
            var line = Read(reader);
            lines[line.Contact] = line;
        }

        return lines;
    }

    public const string Columns =
        "contact_id, state, variant, source, reason, instance_id, message_id, not_before, queued_at, sent_at, delivered_at, read_at, replied_at, opted_out_at, blocked_at";

    /// <summary>Of a row that begins with <see cref="Columns"/>.</summary>
    public static RecipientLine Read(NpgsqlDataReader reader) =>
        new(
            new ContactId(reader.GetGuid(0)),
            Enum.Parse<RecipientState>(reader.GetString(1)),
            reader.IsDBNull(2) ? null : reader.GetString(2),
            reader.GetInt16(3)
        )
        {
            Reason = reader.IsDBNull(4) ? null : reader.GetString(4),
            Instance = reader.IsDBNull(5) ? null : new InstanceId(reader.GetGuid(5)),
            Message = reader.IsDBNull(6) ? null : new MessageId(reader.GetGuid(6)),
            NotBefore = reader.GetFieldValue<DateTimeOffset>(7),
            QueuedAt = Time(reader, 8),
            SentAt = Time(reader, 9),
            DeliveredAt = Time(reader, 10),
            ReadAt = Time(reader, 11),
            RepliedAt = Time(reader, 12),
            OptedOutAt = Time(reader, 13),
            BlockedAt = Time(reader, 14),
        };

    private static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    private static async Task<List<News>> ReadAsync(NpgsqlConnection connection, CampaignId campaign, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            WITH taken AS (
                DELETE FROM campaign_news WHERE id IN (SELECT id FROM campaign_news WHERE campaign_id = $1 ORDER BY id LIMIT $2)
                RETURNING id, contact_id, kind, at, instance_id, message_id, reason
            )
            SELECT contact_id, kind, at, instance_id, message_id, reason FROM taken ORDER BY id
            """,
            campaign.Value,
            Most
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var news = new List<News>();
        while (await reader.ReadAsync(ct))
        {
            news.Add(
                new News(
                    new ContactId(reader.GetGuid(0)),
                    reader.GetString(1),
                    reader.GetFieldValue<DateTimeOffset>(2),
                    reader.IsDBNull(3) ? null : new InstanceId(reader.GetGuid(3)),
                    reader.IsDBNull(4) ? null : new MessageId(reader.GetGuid(4)),
                    reader.IsDBNull(5) ? null : reader.GetString(5)
                )
            );
        }

        return news;
    }

    /// <summary>A row of <c>campaign_news</c>.</summary>
    internal sealed record News(
        ContactId Contact,
        string Kind,
        DateTimeOffset At,
        InstanceId? Instance,
        MessageId? Message,
        string? Reason
    );
}
