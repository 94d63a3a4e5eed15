using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>Writes what the turns of one transaction decided: people and conversations that are new, rows of the ledger with their attempts, paces.</summary>
/// <param name="connection">In the tenant.</param>
/// <param name="tenant">Whose.</param>
/// <param name="at">By the clock that paces.</param>
/// <param name="now">By the database's clock.</param>
internal sealed class CampaignBegins(NpgsqlConnection connection, TenantId tenant, DateTimeOffset at, DateTimeOffset now)
{
    /// <param name="taken">One message of a number at most.</param>
    /// <param name="gone">Messages that leave the queue without going out.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Null: a person or a conversation was made known meanwhile, by another transaction. All is to be undone.</returns>
    public async Task<Dictionary<InstanceId, Attempt>?> WriteAsync(
        IReadOnlyList<Taking> taken,
        IReadOnlyCollection<Gone> gone,
        CancellationToken cancellation
    )
    {
        if (taken.Count == 0)
        {
            if (gone.Count > 0)
            {
                await using var skips = new NpgsqlBatch(connection)
                {
                    BatchCommands = { PoolQueueSql.DeleteCommand(tenant, gone.Select(g => g.Message.Id)) },
                };
                TellSkips(skips, gone);
                await skips.ExecuteNonQueryAsync(cancellation);
            }

            return [];
        }

        // Two messages may be to one person whom nobody knew.
        var people = new Dictionary<PhoneNumber, ContactId>();
        var sends = taken
            .Select(t =>
            {
                var contact =
                    t.To.Contact ?? (people[t.Message.Phone!] = people.GetValueOrDefault(t.Message.Phone!, Id.New<ContactId>(now)));
                var known = t.To.Threads.TryGetValue(t.Number.Instance, out var thread);
                return new Begun(t, contact, known ? thread : Id.New<ConversationId>(now), IsNew: !known, Id.New<MessageId>(now));
            })
            .ToList();
        if (!await AddPeopleAsync(people, cancellation) || !await AddThreadsAsync(sends.FindAll(s => s.IsNew), cancellation))
        {
            return null;
        }

        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Messages(sends),
                Sends(sends),
                PoolQueueSql.DeleteCommand(tenant, taken.Select(t => t.Message.Id).Concat(gone.Select(g => g.Message.Id))),
                PaceSql.WriteCommand(tenant, [.. taken.Select(t => (t.Number.Instance, t.State))]),
                SendRecord.BegunCommand(tenant, taken.Select(t => t.Number.Instance)),
            },
        };
        TellSkips(batch, gone);
        await batch.ExecuteNonQueryAsync(cancellation);
        return sends.ToDictionary(s => s.Of.Number.Instance, Attempt);
    }

    private Attempt Attempt(Begun send) =>
        new(
            send.Message,
            send.Conversation,
            send.Of.To.To!,
            send.Of.Message.Body,
            Quote: null,
            send.Of.Message.File,
            QueuedAt: now,
            send.Of.Message.Attempts + 1,
            Lane.Campaign
        );

    /// <summary>Contacts for phones that nobody has. Who came first with the same phone, from another number's inbox perhaps, keeps it.</summary>
    private async Task<bool> AddPeopleAsync(Dictionary<PhoneNumber, ContactId> people, CancellationToken cancellation)
    {
        if (people.Count == 0)
        {
            return true;
        }

        // In one order for everybody: who makes the same people known waits for who came first.
        var (ids, phones) = (
            people.OrderBy(p => p.Key.Value, StringComparer.Ordinal).Select(p => p.Value.Value).ToArray(),
            people.Keys.Select(p => p.Value).Order(StringComparer.Ordinal).ToArray()
        );
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                TenantSql.Command(
                    "INSERT INTO contacts (id, tenant_id, phone, created_at) SELECT t.id, $1, t.phone, $4 FROM unnest($2::uuid[], $3::text[]) AS t (id, phone)",
                    tenant.Value,
                    ids,
                    phones,
                    now.ToUniversalTime()
                ),
                TenantSql.Command(
                    """
                    INSERT INTO contact_identities (tenant_id, kind, value, contact_id, jid, first_seen_at)
                    SELECT $1, 'Phone', t.phone, t.id, t.jid, $5 FROM unnest($2::uuid[], $3::text[], $4::text[]) AS t (id, phone, jid)
                    ON CONFLICT DO NOTHING
                    """,
                    tenant.Value,
                    ids,
                    phones,
                    people.Keys.OrderBy(p => p.Value, StringComparer.Ordinal).Select(p => Jid.Of(p).Value).ToArray(),
                    now.ToUniversalTime()
                ),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
        return batch.BatchCommands[1].RecordsAffected == people.Count;
    }

    /// <summary>A unique key per number and person decides who made it.</summary>
    private async Task<bool> AddThreadsAsync(List<Begun> fresh, CancellationToken cancellation)
    {
        if (fresh.Count == 0)
        {
            return true;
        }

        await using var command = connection.Sql(
            """
            INSERT INTO conversations (id, tenant_id, instance_id, kind, contact_id, created_at)
            SELECT t.id, $1, t.instance_id, 'Person', t.contact_id, $5
            FROM unnest($2::uuid[], $3::uuid[], $4::uuid[]) AS t (id, instance_id, contact_id) ON CONFLICT DO NOTHING
            """,
            tenant.Value,
            fresh.Select(s => s.Conversation.Value).ToArray(),
            fresh.Select(s => s.Of.Number.Instance.Value).ToArray(),
            fresh.Select(s => s.Contact.Value).ToArray(),
            now.ToUniversalTime()
        );
        return await command.ExecuteNonQueryAsync(cancellation) == fresh.Count;
    }

    /// <summary>What the campaign's recipients learn of messages that never go out; what does go out the ledger tells (docs/campaigns.md).</summary>
    private void TellSkips(NpgsqlBatch batch, IReadOnlyCollection<Gone> gone)
    {
        var skips = gone.Where(g => g is { Why: not null, Message.Contact: not null }).ToArray();
        if (skips.Length == 0)
        {
            // As nearly always: a send costs no statement for it.
            return;
        }

        batch.BatchCommands.Add(
            TenantSql.Command(
                """
                INSERT INTO campaign_news (tenant_id, campaign_id, contact_id, kind, at, reason)
                SELECT $1, t.campaign_id, t.contact_id, 'Skipped', now(), t.reason
                FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS t (campaign_id, contact_id, reason)
                WHERE EXISTS (SELECT FROM campaign_work w WHERE w.campaign_id = t.campaign_id)
                """,
                tenant.Value,
                skips.Select(s => s.Message.Lane.Campaign.Value).ToArray(),
                skips.Select(s => s.Message.Contact!.Value.Value).ToArray(),
                skips.Select(s => s.Why).ToArray()
            )
        );
    }

    private NpgsqlBatchCommand Messages(List<Begun> sends) =>
        TenantSql.Command(
            """
            INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, sent_at, created_at, delivery,
                lane, client_key, media_id, media_state, media_attempts, attempts, attempted_at, settle_count)
            SELECT t.id, $1, t.conversation_id, t.instance_id, 'Out', 'Campaign', t.kind, t.text, t.body::jsonb, $2, $2, 'Sending', $3, t.client_key,
                t.media_id, CASE WHEN t.media_id IS NULL THEN NULL ELSE 'Ready' END, 0, t.attempts, now(), 0
            FROM unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::uuid[], $11::smallint[], $12::uuid[])
                AS t (id, conversation_id, instance_id, kind, text, body, client_key, attempts, media_id)
            """,
            tenant.Value,
            now.ToUniversalTime(),
            (short)Lane.Campaign,
            sends.Select(s => s.Message.Value).ToArray(),
            sends.Select(s => s.Conversation.Value).ToArray(),
            sends.Select(s => s.Of.Number.Instance.Value).ToArray(),
            sends.Select(s => s.Of.Message.Body.Kind.ToString()).ToArray(),
            sends.Select(s => s.Of.Message.Body.Plain).ToArray(),
            sends.Select(s => MessageBodyJson.Write(s.Of.Message.Body)).ToArray(),
            sends.Select(s => s.Of.Message.ClientKey).ToArray(),
            sends.Select(s => (short)(s.Of.Message.Attempts + 1)).ToArray(),
            sends.Select(s => s.Of.Message.Media?.Value).ToArray()
        );

    private NpgsqlBatchCommand Sends(List<Begun> sends) =>
        TenantSql.Command(
            """
            INSERT INTO campaign_sends (message_id, tenant_id, campaign_id, pool_id, instance_id, contact_id, priority, reach, at, queue_id, queued_at, not_before)
            SELECT t.message_id, $1, t.campaign_id, t.pool_id, t.instance_id, t.contact_id, t.priority, t.reach, $2, t.queue_id, t.queued_at, t.not_before
            FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::smallint[], $9::text[], $10::uuid[], $11::timestamptz[],
                $12::timestamptz[]) AS t (message_id, campaign_id, pool_id, instance_id, contact_id, priority, reach, queue_id, queued_at, not_before)
            """,
            tenant.Value,
            at.ToUniversalTime(),
            sends.Select(s => s.Message.Value).ToArray(),
            sends.Select(s => s.Of.Message.Lane.Campaign.Value).ToArray(),
            sends.Select(s => s.Of.Message.Lane.Pool.Value).ToArray(),
            sends.Select(s => s.Of.Number.Instance.Value).ToArray(),
            sends.Select(s => s.Contact.Value).ToArray(),
            sends.Select(s => s.Of.Message.Lane.Priority).ToArray(),
            sends.Select(s => s.Of.To.Reach.ToString()).ToArray(),
            sends.Select(s => s.Of.Message.Id).ToArray(),
            Times(sends.Select(s => s.Of.Message.QueuedAt)),
            Times(sends.Select(s => s.Of.Message.NotBefore))
        );

    private static NpgsqlParameter Times(IEnumerable<DateTimeOffset> times) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, Value = times.Select(t => t.UtcDateTime).ToArray() };

    private sealed record Begun(Taking Of, ContactId Contact, ConversationId Conversation, bool IsNew, MessageId Message);
}
