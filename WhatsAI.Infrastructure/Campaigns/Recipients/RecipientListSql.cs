using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns.Recipients;

/// <summary>
/// Pages of recipients, each cut from an index: who got it by when (<c>ix_campaign_recipients_sent</c>), whoever did not by his state, who is searched for by his
/// contact. The connection has entered the tenant.
/// </summary>
internal sealed class RecipientListSql(
    NpgsqlConnection connection,
    TenantId tenant,
    CampaignId campaign,
    RecipientFilter filter,
    IReadOnlyCollection<InstanceId>? sees
)
{
    // $1 tenant, $2 campaign, $3 reason, $4 variant, $5 number, $6 only other numbers, $7 numbers in sight.
    private const string Chosen = """
        r.tenant_id = $1 AND r.campaign_id = $2 AND ($3::text IS NULL OR r.reason = $3) AND ($4::text IS NULL OR r.variant = $4)
            AND ($5::uuid IS NULL OR r.instance_id = $5)
            AND (NOT $6 OR (r.instance_id IS NOT NULL AND $7::uuid[] IS NOT NULL AND r.instance_id <> ALL ($7)))
        """;

    // A contact may be gone, a message taken away by the retention; a number out of sight hides what went through it.
    private const string Columns = """
        SELECT r.contact_id, coalesce(p.name, p.push_name), nullif(r.phone, ''), r.state, r.reason, r.variant,
            CASE WHEN s.sees THEN r.instance_id END, NOT s.sees, CASE WHEN s.sees THEN m.conversation_id END, CASE WHEN s.sees THEN m.id END,
            r.not_before, r.queued_at, r.sent_at, r.delivered_at, r.read_at, r.replied_at, r.opted_out_at, p.sort_name
        """;

    private const string Joins = """
        CROSS JOIN LATERAL (SELECT r.instance_id IS NULL OR $7::uuid[] IS NULL OR r.instance_id = ANY ($7) AS sees) s
        LEFT JOIN contacts p ON p.tenant_id = $1 AND p.id = r.contact_id
        LEFT JOIN messages m ON m.tenant_id = $1 AND m.id = r.message_id
        """;

    /// <summary>
    /// Whether anybody is of it, by the campaign's counts: a number, variant or reason that nobody has would be looked for among all recipients.
    /// </summary>
    /// <param name="states">Null: whatever became of them.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<bool> AnyAsync(IReadOnlyCollection<RecipientState>? states, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT EXISTS (
                SELECT FROM campaign_counts WHERE tenant_id = $1 AND campaign_id = $2 AND people > 0 AND kind = ANY ($8)
                    AND ($3::text IS NULL OR reason = $3) AND ($4::text IS NULL OR variant = $4) AND ($5::uuid IS NULL OR instance_id = $5)
                    AND (NOT $6 OR (instance_id <> '00000000-0000-0000-0000-000000000000' AND $7::uuid[] IS NOT NULL AND instance_id <> ALL ($7))))
            """,
            [.. Asked(), new NpgsqlParameter { Value = Names(states ?? Enum.GetValues<RecipientState>())! }]
        );
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>The last that went out first; who got nothing comes after them.</summary>
    /// <param name="states">Null: whatever became of them.</param>
    /// <param name="after">Null: from the beginning.</param>
    /// <param name="most">Rows.</param>
    /// <param name="ct">Ends it.</param>
    public Task<List<(RecipientRow Row, RecipientKey Key)>> ByTimeAsync(
        IReadOnlyCollection<RecipientState>? states,
        RecipientKey? after,
        int most,
        CancellationToken ct
    ) =>
        ReadAsync(
            $"""
            {Columns} FROM (
                SELECT * FROM campaign_recipients r
                WHERE {Chosen} AND ($8::text[] IS NULL OR r.state = ANY ($8))
                    AND ($10::uuid IS NULL OR (coalesce(r.sent_at, '-infinity'), r.contact_id) < (coalesce($9, '-infinity'::timestamptz), $10))
                ORDER BY coalesce(r.sent_at, '-infinity') DESC, r.contact_id DESC LIMIT $11
            ) r {Joins} ORDER BY coalesce(r.sent_at, '-infinity') DESC, r.contact_id DESC
            """,
            [
                new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = (object?)Names(states) ?? DBNull.Value },
                new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = (object?)after?.SentAt?.UtcDateTime ?? DBNull.Value },
                new() { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)after?.Contact.Value ?? DBNull.Value },
                new() { Value = most },
            ],
            ct
        );

    /// <summary>Of one state, in no order that says anything.</summary>
    public Task<List<(RecipientRow Row, RecipientKey Key)>> ByStateAsync(
        RecipientState state,
        ContactId? after,
        int most,
        CancellationToken ct
    ) =>
        ReadAsync(
            $"""
            {Columns} FROM (
                SELECT * FROM campaign_recipients r WHERE {Chosen} AND r.state = $8 AND ($9::uuid IS NULL OR r.contact_id > $9)
                ORDER BY r.contact_id LIMIT $10
            ) r {Joins} ORDER BY r.contact_id
            """,
            [
                new() { Value = state.ToString() },
                new() { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)after?.Value ?? DBNull.Value },
                new() { Value = most },
            ],
            ct
        );

    /// <summary>Of these contacts those who are of it, by name.</summary>
    public Task<List<(RecipientRow Row, RecipientKey Key)>> AmongAsync(
        IReadOnlyCollection<RecipientState>? states,
        IEnumerable<ContactId> contacts,
        CancellationToken ct
    ) =>
        ReadAsync(
            $"""
            {Columns} FROM campaign_recipients r {Joins}
            WHERE {Chosen} AND ($8::text[] IS NULL OR r.state = ANY ($8)) AND r.contact_id = ANY ($9) ORDER BY p.sort_name, r.contact_id
            """,
            [
                new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = (object?)Names(states) ?? DBNull.Value },
                new() { Value = contacts.Select(c => c.Value).ToArray() },
            ],
            ct
        );

    /// <summary>$1 to $7.</summary>
    private object[] Asked() =>
        [
            tenant.Value,
            campaign.Value,
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)filter.Reason ?? DBNull.Value },
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)filter.Variant ?? DBNull.Value },
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)filter.Number?.Value ?? DBNull.Value },
            filter.OtherNumbers,
            NumberSight.Parameter(sees),
        ];

    private async Task<List<(RecipientRow Row, RecipientKey Key)>> ReadAsync(string sql, NpgsqlParameter[] more, CancellationToken ct)
    {
        await using var command = connection.Sql(sql, [.. Asked(), .. more]);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<(RecipientRow, RecipientKey)>();
        while (await reader.ReadAsync(ct))
        {
            var row = Read(reader);
            rows.Add((row, new RecipientKey(reader.Text(17) ?? "", row.State, row.Times.Sent, row.Contact)));
        }

        return rows;
    }

    private static RecipientRow Read(NpgsqlDataReader r) =>
        new(
            new ContactId(r.GetGuid(0)),
            r.Text(1),
            r.Text(2),
            Enum.Parse<RecipientState>(r.GetString(3)),
            r.Text(4),
            r.Text(5),
            r.Value<Guid>(6) is { } number ? new InstanceId(number) : null,
            r.GetBoolean(7),
            r.Value<Guid>(8) is { } conversation ? new ConversationId(conversation) : null,
            r.Value<Guid>(9) is { } message ? new MessageId(message) : null,
            new RecipientTimes(
                r.GetFieldValue<DateTimeOffset>(10),
                r.Value<DateTimeOffset>(11),
                r.Value<DateTimeOffset>(12),
                r.Value<DateTimeOffset>(13),
                r.Value<DateTimeOffset>(14),
                r.Value<DateTimeOffset>(15),
                r.Value<DateTimeOffset>(16)
            )
        );

    private static string[]? Names(IReadOnlyCollection<RecipientState>? states) => states?.Select(s => s.ToString()).ToArray();
}
