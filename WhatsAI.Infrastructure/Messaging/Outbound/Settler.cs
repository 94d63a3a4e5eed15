using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>
/// Looks for messages in doubt among those the gateway has stored, 5, 30 and 120 seconds after. Found is proof; not found is none, and the message stays
/// unconfirmed for a person to decide.
/// </summary>
public sealed class Settler(
    NpgsqlDataSource database,
    IWhatsAppGateway gateway,
    GatewayConnections connections,
    EventHub hub,
    WorkTools tools,
    ILogger<Settler> log
) : WorkLoop(WorkKind.Settle, 4, tools, log)
{
    // The gateway's times are whole seconds, and its clock is not ours.
    private static readonly TimeSpan _before = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _after = TimeSpan.FromMinutes(5);

    /// <summary>A gateway that does not answer has not been looked at: the look is repeated, for a day.</summary>
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(10);

    protected override async Task WorkAsync(HeldClaim held)
    {
        var claim = held.Claim;
        foreach (var doubt in await DueAsync(claim, held.Lost))
        {
            await SettleAsync(claim, doubt, await LookAsync(claim, doubt, held.Lost), held.Lost);
        }

        await using var transaction = await database.BeginAsync(claim.Tenant, held.Lost);
        if (await WorkList.LockAsync(transaction.Connection, claim, held.Lost))
        {
            await using var next = transaction.Connection.Sql(
                "SELECT min(settle_at) FROM messages WHERE instance_id = $1 AND delivery = 'Unconfirmed'",
                claim.Instance.Value
            );
            var due = await next.ExecuteScalarAsync(held.Lost) is DateTime at ? new DateTimeOffset(at) : (DateTimeOffset?)null;
            await WorkList.ReleaseAsync(transaction.Connection, claim, due, held.Lost);
        }

        await transaction.CommitAsync(held.Lost);
    }

    private async Task<List<Doubt>> DueAsync(WorkClaim claim, CancellationToken cancellation)
    {
        await using var transaction = await database.BeginAsync(claim.Tenant, cancellation);
        await using var command = transaction.Connection.Sql(
            """
            SELECT m.id, m.conversation_id, m.kind, m.text, m.attempted_at, m.settle_count, c.group_jid,
                array(SELECT i.jid FROM contact_identities i WHERE i.tenant_id = $1 AND i.contact_id = c.contact_id ORDER BY i.kind DESC)
            FROM messages m JOIN conversations c ON c.tenant_id = $1 AND c.id = m.conversation_id
            WHERE m.tenant_id = $1 AND m.instance_id = $2 AND m.delivery = 'Unconfirmed' AND m.settle_at <= now()
            ORDER BY m.attempted_at LIMIT 20
            """,
            claim.Tenant.Value,
            claim.Instance.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var due = new List<Doubt>();
        while (await reader.ReadAsync(cancellation))
        {
            due.Add(
                new Doubt(
                    new MessageId(reader.GetGuid(0)),
                    new ConversationId(reader.GetGuid(1)),
                    Enum.Parse<MessageKind>(reader.GetString(2)),
                    reader.GetString(3),
                    reader.GetFieldValue<DateTimeOffset>(4),
                    reader.GetInt16(5),
                    reader.IsDBNull(6) ? reader.GetFieldValue<string[]>(7) : [reader.GetString(6)]
                )
            );
        }

        return due;
    }

    /// <summary>Ids of the gateway's messages that could be this one, oldest first; null when it could not be asked.</summary>
    private async Task<IReadOnlyList<string>?> LookAsync(WorkClaim claim, Doubt doubt, CancellationToken cancellation)
    {
        var found = new List<GatewayMessage>();
        try
        {
            var at = await connections.OfInstanceAsync(claim.Tenant, claim.Instance, cancellation);
            foreach (var jid in doubt.Jids.Select(j => Jid.TryParse(j, out var parsed) ? parsed : null).OfType<Jid>())
            {
                var search = new MessageSearch(jid, doubt.AttemptedAt - _before, doubt.AttemptedAt + _after, PageSize: 100);
                found.AddRange((await gateway.FindMessagesAsync(at, search, cancellation)).Messages);
            }
        }
        catch (GatewayException e)
        {
            log.LogInformation("Message {MessageId} cannot be looked for now: {Failure}", doubt.Id, e.Failure);
            return null;
        }

        return
        [
            .. found
                .Where(m => m.FromMe && m.Body.Kind == doubt.Kind && string.Equals(m.Body.Plain, doubt.Text, StringComparison.Ordinal))
                .OrderBy(m => m.At)
                .Select(m => m.ProviderId)
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private async Task SettleAsync(WorkClaim claim, Doubt doubt, IReadOnlyList<string>? candidates, CancellationToken cancellation)
    {
        await using var transaction = await database.BeginAsync(claim.Tenant, cancellation);
        var connection = transaction.Connection;
        await using (
            var fence = connection.Sql(
                "SELECT 1 FROM work_list WHERE kind = 'Inbound' AND instance_id = $1 FOR UPDATE",
                claim.Instance.Value
            )
        )
        {
            await fence.ExecuteNonQueryAsync(cancellation);
        }

        if (await FreeAsync(connection, claim, candidates ?? [], cancellation) is { } providerId)
        {
            var state = await Inbound.Receipts.TakeWaitingAsync(
                connection,
                claim.Tenant.Value,
                claim.Instance.Value,
                providerId,
                DeliveryState.Sent,
                cancellation
            );
            await LedgerSql.ConfirmAsync(connection, claim.Tenant, doubt.Id, providerId, state, cancellation);
        }
        else
        {
            await using var later = connection.Sql(
                """
                UPDATE messages SET settle_count = settle_count + CASE WHEN $4 THEN 1 ELSE 0 END,
                    settle_at = CASE WHEN $4 THEN attempted_at + $3 WHEN attempted_at > now() - interval '1 day' THEN now() + $5 END
                WHERE tenant_id = $1 AND id = $2 AND delivery = 'Unconfirmed'
                """,
                claim.Tenant.Value,
                doubt.Id.Value,
                new NpgsqlParameter
                {
                    NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Interval,
                    Value = (object?)LedgerRules.NextLook(doubt.Looks + 1) ?? DBNull.Value,
                },
                candidates is not null,
                _again
            );
            await later.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        hub.Publish([
            new MessageChanged(claim.Tenant, doubt.Conversation, doubt.Id),
            new ConversationChanged(claim.Tenant, doubt.Conversation),
        ]);
    }

    /// <summary>The first candidate that is no other message of ours already: two equal texts in doubt take one each.</summary>
    private static async Task<string?> FreeAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        IReadOnlyList<string> candidates,
        CancellationToken cancellation
    )
    {
        if (candidates.Count == 0)
        {
            return null;
        }

        await using var command = connection.Sql(
            """
            SELECT c.id FROM unnest($3::text[]) WITH ORDINALITY AS c (id, place)
            WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.tenant_id = $1 AND m.instance_id = $2 AND m.provider_id = c.id) ORDER BY c.place LIMIT 1
            """,
            claim.Tenant.Value,
            claim.Instance.Value,
            candidates.ToArray()
        );
        return await command.ExecuteScalarAsync(cancellation) as string;
    }

    private sealed record Doubt(
        MessageId Id,
        ConversationId Conversation,
        MessageKind Kind,
        string Text,
        DateTimeOffset AttemptedAt,
        int Looks,
        string[] Jids
    );
}
