using Npgsql;
using WhatsAI.Core.Inbox.Csat;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Later;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Csat;

/// <summary>
/// Asks the questions of a number that are due, or forgets them where they must not be asked any more. The question enters the ledger in the transaction that
/// notes it as asked, and the ledger's key is the survey's id: it is asked once, whatever is killed when.
/// </summary>
public sealed class CsatSender(NpgsqlDataSource database, IHeadClocks clocks, EventHub hub, WorkSignal work) : ILaterPart
{
    private const int Batch = 100;
    private const int MostTries = 3;

    public async Task RunAsync(TenantId tenant, InstanceId number, CancellationToken ct)
    {
        while (await DueAsync(tenant, number, ct) is { Count: > 0 } due)
        {
            foreach (var survey in due)
            {
                await EndAsync(tenant, survey, ct);
            }
        }
    }

    public Task<DateTimeOffset?> NextAsync(NpgsqlConnection connection, TenantId tenant, InstanceId number, CancellationToken ct) =>
        LaterWork.TimeAsync(
            connection.Sql(
                "SELECT min(due_at) FROM surveys WHERE tenant_id = $1 AND instance_id = $2 AND due_at IS NOT NULL",
                tenant.Value,
                number.Value
            ),
            ct
        );

    private async Task<List<DueSurvey>> DueAsync(TenantId tenant, InstanceId number, CancellationToken ct)
    {
        await using var scope = await database.BeginAsync(tenant, ct);
        return await CsatSql.DueAsync(scope.Connection, tenant, number, Batch, ct);
    }

    /// <summary>The rare deadlock with an inbound batch is worth another try: the server undid all of it.</summary>
    private async Task EndAsync(TenantId tenant, DueSurvey survey, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await TryAsync(tenant, survey, ct);
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && tries < MostTries)
            {
                // The other one goes first.
            }
        }
    }

    /// <summary>The conversation, the number's queue and the head are locked in the ledger's order before it is decided: who writes meanwhile comes after it.</summary>
    private async Task TryAsync(TenantId tenant, DueSurvey survey, CancellationToken ct)
    {
        var clock = await clocks.OfAsync(tenant, ct);
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        if (await CsatSql.ReadAsync(connection, tenant, survey.Id, ct) is not { } view)
        {
            return;
        }

        await WorkList.DueAsync(connection, WorkKind.Outbound, survey.Number, ct);
        var head = (await HeadSql.LockAsync(connection, tenant, [survey.Conversation], ct)).GetValueOrDefault(survey.Conversation);
        var resolved = head is { Status: ConversationStatus.Resolved } && head.EpisodeId == survey.Episode;
        if (!(view.Facts with { Resolved = resolved }).MayAsk)
        {
            await CsatSql.ForgetAsync(connection, tenant, survey.Id, ct);
            await transaction.CommitAsync(ct);
            return;
        }

        var text = CsatSettings.Fill(view.Question, view.Values);
        var question = new OutgoingMessage(
            survey.Conversation,
            new TextBody(text),
            MessageOrigin.Automation,
            Lane.Automation,
            ClientKey: survey.Id.Value
        );
        var queued = await Outbox.QueueAsync(connection, tenant, question, clock, view.Now, ct);
        if (!await CsatSql.AskedAsync(connection, tenant, survey.Id, view.AnswerHours, ct))
        {
            return;
        }

        await transaction.CommitAsync(ct);
        hub.Publish([new MessageChanged(tenant, survey.Conversation, queued.Id), new ConversationChanged(tenant, survey.Conversation)]);
        work.Raise(WorkKind.Outbound);
    }
}
