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
public sealed class Settler(NpgsqlDataSource database, SendTools send, EventHub hub, WorkTools tools, ILogger<Settler> log)
    : WorkLoop(WorkKind.Settle, 8, tools, log)
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
            if (await LookAsync(claim, doubt, held.Lost) is not { } candidates)
            {
                await PutOffAsync(claim, held.Lost);
                break;
            }

            await SettleAsync(claim, doubt, candidates, held.Lost);
        }

        await database.GiveBackAsync(claim, c => NextLookAsync(c, claim, held.Lost), held.Lost);
    }

    private static async Task<TimeSpan?> NextLookAsync(NpgsqlConnection connection, WorkClaim claim, CancellationToken cancellation)
    {
        await using var next = connection.Sql(
            "SELECT min(settle_at) - now() FROM messages WHERE instance_id = $1 AND delivery = 'Unconfirmed'",
            claim.Instance.Value
        );
        return await next.ExecuteScalarAsync(cancellation) as TimeSpan?;
    }

    /// <summary>Who did not answer for one message is not asked for the others of the number: all wait for the next round.</summary>
    private async Task PutOffAsync(WorkClaim claim, CancellationToken cancellation)
    {
        await using var transaction = await database.BeginAsync(claim.Tenant, cancellation);
        await using var command = transaction.Connection.Sql(
            """
            UPDATE messages SET settle_at = CASE WHEN attempted_at > now() - interval '1 day' THEN now() + $3 END
            WHERE tenant_id = $1 AND instance_id = $2 AND delivery = 'Unconfirmed' AND settle_at <= now()
            """,
            claim.Tenant.Value,
            claim.Instance.Value,
            _again
        );
        await command.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
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
        Uri? server = null;
        try
        {
            var at = await send.Connections.OfInstanceAsync(claim.Tenant, claim.Instance, cancellation);
            if (await send.Servers.RestAsync(at.Address, () => send.Gateway.ProbeAsync(at), cancellation) is not null)
            {
                return null;
            }

            server = at.Address;
            foreach (var jid in doubt.Jids.Select(j => Jid.TryParse(j, out var parsed) ? parsed : null).OfType<Jid>())
            {
                var search = new MessageSearch(jid, doubt.AttemptedAt - _before, doubt.AttemptedAt + _after, PageSize: 100);
                found.AddRange((await send.Gateway.FindMessagesAsync(at, search, cancellation)).Messages);
            }
        }
        catch (GatewayException e)
        {
            log.LogInformation("Message {MessageId} cannot be looked for now: {Failure}", doubt.Id, e.Failure);
            if (server is not null && e.Failure is GatewayFailure.TimedOut or GatewayFailure.Unreachable)
            {
                send.Servers.Suspect(server);
            }

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

    private async Task SettleAsync(WorkClaim claim, Doubt doubt, IReadOnlyList<string> candidates, CancellationToken cancellation)
    {
        await using var transaction = await database.BeginAsync(claim.Tenant, cancellation);
        var connection = transaction.Connection;
        await WorkList.WaitForInboundAsync(connection, claim.Instance, cancellation);
        var twin = await HasTwinAsync(connection, claim, doubt, cancellation);
        if (!twin && await FreeAsync(connection, claim, candidates, cancellation) is { } providerId)
        {
            var state = await Inbound.WaitingReceipts.TakeAsync(
                connection,
                claim.Tenant.Value,
                claim.Instance.Value,
                providerId,
                DeliveryState.Sent,
                cancellation
            );
            await LedgerSql.ConfirmAsync(connection, claim.Tenant, doubt.Id, providerId, state, cancellation);
            LedgerMeter.Settled();
        }
        else
        {
            await using var later = connection.Sql(
                """
                UPDATE messages SET settle_count = settle_count + CASE WHEN $4 THEN 0 ELSE 1 END,
                    settle_at = CASE WHEN $4 THEN now() + $5 ELSE attempted_at + $3 END
                WHERE tenant_id = $1 AND id = $2 AND delivery = 'Unconfirmed'
                """,
                claim.Tenant.Value,
                doubt.Id.Value,
                new NpgsqlParameter
                {
                    NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Interval,
                    Value = (object?)LedgerRules.NextLook(doubt.Looks + 1) ?? DBNull.Value,
                },
                twin,
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

    /// <summary>
    /// Whether the same words are being handed over to the same chat just now: what is found could be that message, whose id is not known yet.
    /// </summary>
    private static async Task<bool> HasTwinAsync(NpgsqlConnection connection, WorkClaim claim, Doubt doubt, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            """
            SELECT EXISTS (SELECT 1 FROM messages
                WHERE tenant_id = $1 AND instance_id = $2 AND delivery = 'Sending' AND conversation_id = $3 AND kind = $4 AND text = $5)
            """,
            claim.Tenant.Value,
            claim.Instance.Value,
            doubt.Conversation.Value,
            doubt.Kind.ToString(),
            doubt.Text
        );
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
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
