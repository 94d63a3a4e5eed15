using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Later;

/// <summary>
/// Hands scheduled messages to the ledger. In one transaction the message enters the ledger and the row goes, and the ledger's key is made of the row's id:
/// whatever is killed when, and however many copies try, it is queued once.
/// </summary>
public sealed class ScheduledSender(
    NpgsqlDataSource database,
    TenantSettingsCache settings,
    IHeadClocks clocks,
    EventHub hub,
    WorkSignal work
) : ILaterPart
{
    private const int Batch = 100;
    private const int MostTries = 3;

    /// <summary>What is due of a number.</summary>
    public async Task RunAsync(TenantId tenant, InstanceId number, CancellationToken ct)
    {
        while (await DueAsync(tenant, number, ct) is { Count: > 0 } due)
        {
            foreach (var message in due)
            {
                await RepeatedAsync(() => EndAsync(tenant, message, ct));
            }
        }
    }

    public Task<DateTimeOffset?> NextAsync(NpgsqlConnection connection, TenantId tenant, InstanceId number, CancellationToken ct) =>
        LaterWork.TimeAsync(
            connection.Sql(
                "SELECT min(due_at) FROM scheduled_messages WHERE tenant_id = $1 AND instance_id = $2 AND state = 'Scheduled'",
                tenant.Value,
                number.Value
            ),
            ct
        );

    /// <summary>At once, as a member's own answer. False when somebody changed, sent or cancelled it meanwhile.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="message">As the member saw it.</param>
    /// <param name="by">The member.</param>
    /// <param name="name">What he is called in the thread, where he takes the conversation with it.</param>
    /// <param name="now">When.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The number was removed.</exception>
    internal Task<bool> SendNowAsync(TenantId tenant, Waiting message, UserId by, string name, DateTimeOffset now, CancellationToken ct) =>
        RepeatedAsync(async () =>
        {
            var takes = (await settings.OfAsync(tenant, ct)).AnswerTakes;
            var clock = await clocks.OfAsync(tenant, ct);
            await using var transaction = await database.BeginAsync(tenant, ct);
            var answer = Outgoing(message, MessageOrigin.Agent, Lane.Reply, by) with { TakenBy = takes ? name : null };
            var queued = await Outbox.QueueAsync(transaction.Connection, tenant, answer, clock, now, ct);
            return await ScheduledSql.RemoveAsync(transaction.Connection, tenant, message, ct)
                && await DoneAsync(transaction, tenant, message, [queued.Id, .. queued.Line is { } line ? [line] : (MessageId[])[]], ct);
        });

    private async Task<List<Waiting>> DueAsync(TenantId tenant, InstanceId number, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        return await ScheduledSql.DueAsync(transaction.Connection, tenant, number, Batch, ct);
    }

    /// <summary>
    /// The conversation and its head are locked before the row, as a customer's answer does that cancels it: one of the two comes first, and the other finds
    /// that it did.
    /// </summary>
    private async Task<bool> EndAsync(TenantId tenant, Waiting message, CancellationToken ct)
    {
        var clock = await clocks.OfAsync(tenant, ct);
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        var (facts, now) = await ScheduledSql.FactsAsync(connection, tenant, message, ct);
        switch (ScheduledPolicy.Decide(facts))
        {
            case ScheduledDecision.Send:
                // The customer may ask for no more messages until the very hand-over: in this lane the last check still looks.
                var outgoing = Outgoing(message, MessageOrigin.Automation, Lane.Automation, message.Author);
                var queued = await Outbox.QueueAsync(connection, tenant, outgoing, clock, now, ct);
                return await ScheduledSql.RemoveAsync(connection, tenant, message, ct)
                    && await DoneAsync(
                        transaction,
                        tenant,
                        message,
                        [queued.Id, .. queued.Line is { } line ? [line] : (MessageId[])[]],
                        ct
                    );
            case ScheduledDecision.Hold hold:
                return await ScheduledSql.HoldAsync(connection, tenant, message, hold.Reason, ct)
                    && await SayAsync(transaction, tenant, message, $"line.scheduled-held.{hold.Reason}", now, ct);
            case ScheduledDecision.Drop drop:
                return await ScheduledSql.RemoveAsync(connection, tenant, message, ct)
                    && await SayAsync(transaction, tenant, message, $"line.scheduled-dropped.{drop.Reason}", now, ct);
            default:
                throw new InvalidOperationException("There is no other decision.");
        }
    }

    private async Task<bool> SayAsync(
        TenantTransaction transaction,
        TenantId tenant,
        Waiting message,
        string key,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var line = await ScheduledLines.AddAsync(transaction.Connection, tenant, message, key, [], author: null, now, ct);
        return await DoneAsync(transaction, tenant, message, [line], ct);
    }

    private async Task<bool> DoneAsync(
        TenantTransaction transaction,
        TenantId tenant,
        Waiting message,
        IReadOnlyList<MessageId> said,
        CancellationToken ct
    )
    {
        await transaction.CommitAsync(ct);
        hub.Publish([
            .. said.Select(id => new MessageChanged(tenant, message.Conversation, id)),
            new ConversationChanged(tenant, message.Conversation),
            new ScheduledMessagesChanged(tenant, message.Conversation),
        ]);
        work.Raise(WorkKind.Outbound);
        return true;
    }

    private static OutgoingMessage Outgoing(Waiting message, MessageOrigin origin, Lane lane, UserId author) =>
        new(
            message.Conversation,
            ScheduledMessage.BodyOf(message.File, message.Text),
            origin,
            lane,
            author,
            message.Id.Value,
            Media: message.Media
        );

    /// <summary>The rare deadlock with an inbound batch is worth another try: the server undid all of it.</summary>
    private static async Task<bool> RepeatedAsync(Func<Task<bool>> attempt)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await attempt();
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && tries < MostTries)
            {
                // The other one goes first.
            }
        }
    }
}
