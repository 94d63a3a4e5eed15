using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Recipients;

/// <summary>A recipient as far as it moves.</summary>
internal sealed record RecipientLine(ContactId Contact, RecipientState State, string? Variant, short Source)
{
    public string? Reason { get; init; }

    public InstanceId? Instance { get; init; }

    public MessageId? Message { get; init; }

    public DateTimeOffset NotBefore { get; init; }

    public DateTimeOffset? QueuedAt { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }

    public DateTimeOffset? ReadAt { get; init; }

    public DateTimeOffset? RepliedAt { get; init; }

    public DateTimeOffset? OptedOutAt { get; init; }

    public DateTimeOffset? BlockedAt { get; init; }
}

/// <summary>
/// What becomes of recipients in one transaction, with all that is counted of it. Whoever uses it has locked the campaign's row of <c>campaign_runs</c>: recipients and
/// counts of one campaign change in one place at a time.
/// </summary>
internal sealed class RecipientMoves(TenantId tenant, CampaignId campaign)
{
    /// <summary>What is counted beside the state.</summary>
    public const string OptedOut = "OptedOut";

    public const string Blocked = "Blocked";

    private readonly Dictionary<ContactId, RecipientLine> _lines = [];
    private readonly Dictionary<Cell, int> _cells = [];
    private readonly Dictionary<DateTimeOffset, int[]> _hours = [];

    /// <summary>The last moment at which one of them went out; null: none did.</summary>
    public DateTimeOffset? LastSentAt { get; private set; }

    /// <summary>After a write: what comes next is written by itself.</summary>
    public void Forget()
    {
        _lines.Clear();
        _cells.Clear();
        _hours.Clear();
    }

    /// <summary>As it is after what was said of it so far.</summary>
    public RecipientLine Now(RecipientLine before) => _lines.GetValueOrDefault(before.Contact, before);

    public void Move(RecipientLine before, RecipientLine after)
    {
        if (before == after)
        {
            return;
        }

        _lines[after.Contact] = after;
        Add(CellOf(before), -1);
        Add(CellOf(after), +1);
        LastSentAt = after.SentAt > (LastSentAt ?? DateTimeOffset.MinValue) ? after.SentAt : LastSentAt;
        First(before.SentAt, after.SentAt, 0);
        First(before.DeliveredAt, after.DeliveredAt, 1);
        First(before.ReadAt, after.ReadAt, 2);
        First(before.RepliedAt, after.RepliedAt, 3);
        First(before.OptedOutAt, after.OptedOutAt, 5);
        if (before.OptedOutAt is null && after.OptedOutAt is not null)
        {
            Add(CellOf(after) with { Kind = OptedOut, Reason = "" }, +1);
        }

        if (before.BlockedAt is null && after.BlockedAt is not null)
        {
            Add(CellOf(after) with { Kind = Blocked, Reason = "" }, +1);
        }
    }

    /// <summary>Somebody failed: counted in its hour, as there is no column for when.</summary>
    public void FailedAt(DateTimeOffset at) => Hour(at)[4]++;

    /// <summary>Recipients that were not there before, all planned.</summary>
    public void Planned(string? variant, short source) =>
        Add(new Cell(nameof(RecipientState.Planned), variant ?? "", Guid.Empty, source, ""), +1);

    public async Task WriteAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (_lines.Count > 0)
        {
            batch.BatchCommands.Add(Recipients([.. _lines.Values]));
        }

        if (_cells.Values.Any(n => n != 0))
        {
            batch.BatchCommands.Add(Counts([.. _cells.Where(c => c.Value != 0)]));
        }

        if (_hours.Count > 0)
        {
            batch.BatchCommands.Add(Hours([.. _hours]));
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(ct);
        }
    }

    private NpgsqlBatchCommand Recipients(RecipientLine[] lines) =>
        TenantSql.Command(
            """
            UPDATE campaign_recipients r SET state = t.state, variant = t.variant, reason = t.reason, instance_id = t.instance_id, message_id = t.message_id,
                not_before = t.not_before, queued_at = t.queued_at, sent_at = t.sent_at, delivered_at = t.delivered_at, read_at = t.read_at,
                replied_at = t.replied_at, opted_out_at = t.opted_out_at, blocked_at = t.blocked_at
            FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::uuid[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[],
                $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::timestamptz[])
                AS t (contact_id, state, variant, reason, instance_id, message_id, not_before, queued_at, sent_at, delivered_at, read_at, replied_at,
                    opted_out_at, blocked_at)
            WHERE r.tenant_id = $1 AND r.campaign_id = $2 AND r.contact_id = t.contact_id
            """,
            tenant.Value,
            campaign.Value,
            lines.Select(l => l.Contact.Value).ToArray(),
            lines.Select(l => l.State.ToString()).ToArray(),
            lines.Select(l => l.Variant).ToArray(),
            lines.Select(l => l.Reason).ToArray(),
            lines.Select(l => l.Instance?.Value).ToArray(),
            lines.Select(l => l.Message?.Value).ToArray(),
            Times(lines.Select(l => (DateTimeOffset?)l.NotBefore)),
            Times(lines.Select(l => l.QueuedAt)),
            Times(lines.Select(l => l.SentAt)),
            Times(lines.Select(l => l.DeliveredAt)),
            Times(lines.Select(l => l.ReadAt)),
            Times(lines.Select(l => l.RepliedAt)),
            Times(lines.Select(l => l.OptedOutAt)),
            Times(lines.Select(l => l.BlockedAt))
        );

    private NpgsqlBatchCommand Counts(KeyValuePair<Cell, int>[] cells) =>
        TenantSql.Command(
            """
            INSERT INTO campaign_counts AS c (tenant_id, campaign_id, kind, variant, instance_id, source, reason, people)
            SELECT $1, $2, t.* FROM unnest($3::text[], $4::text[], $5::uuid[], $6::smallint[], $7::text[], $8::int[])
                AS t (kind, variant, instance_id, source, reason, people)
            ON CONFLICT (tenant_id, campaign_id, kind, variant, instance_id, source, reason) DO UPDATE SET people = c.people + excluded.people
            """,
            tenant.Value,
            campaign.Value,
            cells.Select(c => c.Key.Kind).ToArray(),
            cells.Select(c => c.Key.Variant).ToArray(),
            cells.Select(c => c.Key.Instance).ToArray(),
            cells.Select(c => c.Key.Source).ToArray(),
            cells.Select(c => c.Key.Reason).ToArray(),
            cells.Select(c => c.Value).ToArray()
        );

    private NpgsqlBatchCommand Hours(KeyValuePair<DateTimeOffset, int[]>[] hours) =>
        TenantSql.Command(
            """
            INSERT INTO campaign_hours AS h (tenant_id, campaign_id, hour, sent, delivered, read, replied, failed, opted_out)
            SELECT $1, $2, t.* FROM unnest($3::timestamptz[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[], $9::int[])
                AS t (hour, sent, delivered, read, replied, failed, opted_out)
            ON CONFLICT (tenant_id, campaign_id, hour) DO UPDATE SET sent = h.sent + excluded.sent, delivered = h.delivered + excluded.delivered,
                read = h.read + excluded.read, replied = h.replied + excluded.replied, failed = h.failed + excluded.failed,
                opted_out = h.opted_out + excluded.opted_out
            """,
            tenant.Value,
            campaign.Value,
            Times(hours.Select(h => (DateTimeOffset?)h.Key)),
            Column(0),
            Column(1),
            Column(2),
            Column(3),
            Column(4),
            Column(5)
        );

    private int[] Column(int column) => [.. _hours.Select(h => h.Value[column])];

    private void First(DateTimeOffset? before, DateTimeOffset? after, int column)
    {
        if (before is null && after is { } at)
        {
            Hour(at)[column]++;
        }
    }

    private int[] Hour(DateTimeOffset at)
    {
        var hour = new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
        return _hours.TryGetValue(hour, out var counts) ? counts : _hours[hour] = new int[6];
    }

    private void Add(Cell cell, int people) => _cells[cell] = _cells.GetValueOrDefault(cell) + people;

    private static Cell CellOf(RecipientLine line) =>
        new(line.State.ToString(), line.Variant ?? "", line.Instance?.Value ?? Guid.Empty, line.Source, line.Reason ?? "");

    private static NpgsqlParameter Times(IEnumerable<DateTimeOffset?> times) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, Value = times.Select(t => t?.UtcDateTime).ToArray() };

    private sealed record Cell(string Kind, string Variant, Guid Instance, short Source, string Reason);
}
