using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Macros;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Inbox.Macros;

public sealed class MacroRunTests : IAsyncLifetime
{
    private TestServices _services = null!;
    private SelectionWorld _world = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync();
        _world = await SelectionWorld.CreateAsync();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task Each_step_is_done_in_its_order_once_however_often_it_is_chosen()
    {
        var label = await _world.LabelAsync("Entrega");
        var team = await _world.World.TeamAsync("Estoque", AssignmentMode.ByHand);
        var id = (await _world.ConversationsAsync(1))[0];
        var macro = await CreateAsync(
            new SendStep("Oi, {{contact.first_name|tudo bem}}! {{company.name}}"),
            new LabelStep(label),
            new TeamStep(team),
            new PriorityStep(ConversationPriority.Urgent),
            new NoteStep("Falta a nota fiscal"),
            new StatusStep(ConversationStatus.Resolved)
        );
        var run = Run(macro, id);
        await NameAsync("Marina Alves");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync(run)));

        outcomes.Select(o => o.On).Order().ShouldBe([0, 0, 0, 1]);
        var outcome = outcomes.Single(o => o.On == 1);
        (outcome.Through, outcome.StoppedAt, outcome.Said).ShouldBe((1, null, true));
        (await RowsAsync(id, "Text", "direction = 'Out'")).ShouldBe("Oi, Marina! Teste");
        (await _world.LinesAsync(id)).ShouldBe("line.macro line.took line.labelled line.team line.priority-urgent line.resolved");
        (await CountAsync(id, "kind = 'Note'")).ShouldBe(1);
        (await _world.HeadAsync<string>("status || ' ' || priority", id)).ShouldBe("Resolved Urgent");
        (await _world.HeadAsync<Guid>("team_id", id)).ShouldBe(team.Value);
        await _world.World.Number.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Undo_takes_back_all_but_what_was_said()
    {
        var label = await _world.LabelAsync("Entrega");
        var ids = await _world.ConversationsAsync(60);
        var macro = await CreateAsync(
            new NoteStep("Confirmar na segunda"),
            new LabelStep(label),
            new TakeStep(),
            new PriorityStep(ConversationPriority.High),
            new SnoozeStep(MacroSnooze.Monday)
        );

        var outcome = await RunAsync(Run(macro, ids));

        (outcome.On, outcome.Through).ShouldBe((60, 60));
        (await _world.HeadAsync<string>("status", ids[59])).ShouldBe("Snoozed");
        (await _world.HeadAsync<Guid>("assignee_id", ids[59])).ShouldBe(_world.Ana.Value);
        (await DoAsync<MacroRunActions, int?>(a => a.UndoAsync(outcome.Undo, Ct))).ShouldBeNull();
        (await _world.HeadAsync<string>("status || ' ' || priority || coalesce(assignee_id::text, '-')", ids[59])).ShouldBe("Open Normal-");
        (await LabelsAsync()).ShouldBe(0);
        (await CountAsync(ids[7], "kind = 'Note'")).ShouldBe(1);
        await _world.World.Number.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Nothing_is_done_of_what_names_something_gone_or_is_not_allowed()
    {
        var label = await _world.LabelAsync("Entrega");
        var id = (await _world.ConversationsAsync(1))[0];
        var macro = await CreateAsync(new PriorityStep(ConversationPriority.Urgent), new LabelStep(label));
        await _world.World.RunAsync("DELETE FROM labels WHERE tenant_id = $1");
        await NameAsync(null);
        var sends = await CreateAsync("Envia", new PriorityStep(ConversationPriority.Low), new SendStep("{{contact.first_name}}"));

        (await RefusedAsync(Run(macro, id))).ShouldBe("macro.label-gone");
        (await RefusedAsync(Run(sends, id))).ShouldBe("macro.value-unknown");
        (await RefusedAsync(Run(sends, [id, new ConversationId(Guid.NewGuid())]))).ShouldBe("macro.one-only");
        (await RefusedAsync(Run(sends, id) with { Version = 1 })).ShouldBe("macro.changed-meanwhile");
        (await RefusedAsync(Run(macro with { Id = new MacroId(Guid.NewGuid()) }, id))).ShouldBe("macro.gone");
        (await RefusedAsync(Run(macro, [.. Enumerable.Range(0, 201).Select(_ => new ConversationId(Guid.NewGuid()))]))).ShouldBe(
            "selection.too-many"
        );
        (await _world.HeadAsync<string>("priority", id)).ShouldBe("Normal");
        (await _world.LinesAsync(id)).ShouldBeNull();
    }

    [Fact]
    public async Task Step_that_fails_ends_the_run_and_the_thread_says_where()
    {
        var other = await SelectionWorld.CreateAsync(_world.World);
        var blind = await _world.World.AgentAsync("Caio", numbers: [other.World.Number.Instance]);
        var id = (await _world.ConversationsAsync(1))[0];
        var there = (await other.ConversationsAsync(1, from: 50))[0];
        var macro = await CreateAsync(
            new PriorityStep(ConversationPriority.High),
            new MemberStep(blind),
            new StatusStep(ConversationStatus.Resolved)
        );

        var one = await RunAsync(Run(macro, id));
        var both = await RunAsync(Run(macro, [id, there]));

        (one.StoppedAt, one.Why?.Key, one.Through).ShouldBe((1, "assignment.does-not-see", 0));
        (await _world.HeadAsync<string>("status || ' ' || priority", id)).ShouldBe("Open High");
        (both.On, both.Through, both.StoppedAt).ShouldBe((2, 1, 1));
        (await _world.HeadAsync<string>("status", there)).ShouldBe("Resolved");
        (await _world.HeadAsync<string>("status", id)).ShouldBe("Open");
        (await _world.LinesAsync(id)).ShouldBe("line.macro line.priority-high line.macro-stopped line.macro line.macro-stopped");
    }

    [Fact]
    public async Task Answer_that_meets_a_colleagues_waits_for_its_person()
    {
        var id = (await _world.ConversationsAsync(1))[0];
        var bia = await _world.World.AgentAsync("Bia");
        var macro = await CreateAsync(
            new PriorityStep(ConversationPriority.High),
            new SendStep("Já vejo"),
            new SendStep("Um momento"),
            new StatusStep(ConversationStatus.Pending)
        );
        await _world.World.Number.Outbox.QueueAsync(
            _world.World.Tenant,
            new OutgoingMessage(id, new TextBody("Oi"), MessageOrigin.Agent, Lane.Reply, bia, Guid.NewGuid()),
            Ct
        );
        var run = Run(macro, id) with { Guard = new AnswerGuard(null, TimeSpan.Zero) };

        var asked = await RunAsync(run);
        var resumed = run with { ResumesAt = asked.StoppedAt };
        var done = await RunAsync(resumed);
        await RunAsync(resumed);

        asked.Asks.ShouldBeOfType<Collision.Answered>().By.ShouldBe(bia);
        (asked.StoppedAt, done.Through, done.StoppedAt).ShouldBe((1, 1, null));
        (await RowsAsync(id, "Text", "direction = 'Out'")).ShouldBe("Oi|Já vejo|Um momento");
        (await _world.HeadAsync<string>("status", id)).ShouldBe("Pending");
    }

    [Fact]
    public async Task Anothers_own_and_what_is_not_his_to_see_are_not_there()
    {
        var bia = await _world.World.AgentAsync("Bia");
        var other = await SelectionWorld.CreateAsync(_world.World);
        var foreign = await SelectionWorld.CreateAsync();
        var (id, unseen, theirs) = (
            (await _world.ConversationsAsync(1))[0],
            (await other.ConversationsAsync(1, from: 50))[0],
            (await foreign.ConversationsAsync(1))[0]
        );
        var macro = await CreateAsync(new PriorityStep(ConversationPriority.Urgent));
        var team = await foreign.World.TeamAsync("Deles", AssignmentMode.ByHand);

        (await RefusedAsync(Run(macro, id), bia)).ShouldBe("macro.gone");
        (await RefusedAsync(Run(macro, unseen), seesOnly: _world.World.Number.Instance)).ShouldBe("conversation.not-found");
        (await RefusedAsync(Run(macro, theirs))).ShouldBe("conversation.not-found");
        var outcome = await RunAsync(Run(macro, [id, unseen, theirs]), seesOnly: _world.World.Number.Instance);
        (outcome.On, outcome.Through).ShouldBe((1, 1));
        (await other.HeadAsync<string>("priority", unseen), await foreign.HeadAsync<string>("priority", theirs)).ShouldBe(
            ("Normal", "Normal")
        );
        (await Should.ThrowAsync<RuleException>(() => CreateAsync("Deles", new TeamStep(team)))).Key.ShouldBe("macro.team-gone");
    }

    [Fact]
    public async Task Agent_keeps_his_own_and_a_name_is_unique_in_its_place()
    {
        await CreateAsync("Encerrar", new TakeStep());

        (await Should.ThrowAsync<RuleException>(() => CreateAsync("encerrár", new TakeStep()))).Key.ShouldBe("macro.name-taken");
        var shared = new MacroForm(CannedScope.Tenant, null, "Encerrar", null, [new TakeStep()]);
        (await Should.ThrowAsync<RuleException>(() => DoAsync<MacroActions, MacroId>(a => a.CreateAsync(shared, Ct)))).Key.ShouldBe(
            "permission.missing"
        );
        var id = await DoAsync<MacroActions, MacroId>(a => a.CreateAsync(shared, Ct), role: Role.Manager);
        (await Should.ThrowAsync<RuleException>(() => DoAsync<MacroActions>(a => a.DeleteAsync(id, Ct)))).Key.ShouldBe(
            "permission.missing"
        );
        (await DoAsync<MacroQueries, IReadOnlyList<MacroRow>>(q => q.ListAsync(Ct)))
            .Select(m => m.Scope)
            .ShouldBe([CannedScope.Personal, CannedScope.Tenant]);
    }

    private Task NameAsync(string? name) =>
        _world.World.RunAsync(
            "UPDATE contacts SET push_name = $2, name = NULL WHERE tenant_id = $1",
            new Npgsql.NpgsqlParameter { Value = (object?)name ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }
        );

    private static MacroRun Run(MacroRow macro, params ConversationId[] on) => new(Guid.NewGuid(), macro.Id, macro.Version, on);

    private Task<MacroRow> CreateAsync(params MacroStep[] steps) => CreateAsync("Encerrar", steps);

    private async Task<MacroRow> CreateAsync(string name, params MacroStep[] steps)
    {
        var form = new MacroForm(CannedScope.Personal, null, name, null, steps);
        var id = await DoAsync<MacroActions, MacroId>(a => a.CreateAsync(form, Ct));
        return (await DoAsync<MacroQueries, MacroRow?>(q => q.FindAsync(id, Ct)))!;
    }

    private Task<MacroOutcome> RunAsync(MacroRun run, UserId? by = null, InstanceId? seesOnly = null) =>
        DoAsync<MacroRunActions, MacroOutcome>(a => a.RunAsync(run, Ct), by, seesOnly);

    private async Task<string> RefusedAsync(MacroRun run, UserId? by = null, InstanceId? seesOnly = null) =>
        (await Should.ThrowAsync<RuleException>(() => RunAsync(run, by, seesOnly))).Key;

    private async Task DoAsync<T>(Func<T, Task> act)
        where T : notnull =>
        await DoAsync<T, bool>(async a =>
        {
            await act(a);
            return true;
        });

    private async Task<TResult> DoAsync<T, TResult>(
        Func<T, Task<TResult>> act,
        UserId? by = null,
        InstanceId? seesOnly = null,
        Role role = Role.Agent
    )
        where T : notnull
    {
        await using var scope = _services.Enter(
            _world.World.Tenant,
            by ?? _world.Ana,
            new MemberAccess(role, seesOnly is { } number ? [number] : null)
        );
        return await act(scope.ServiceProvider.GetRequiredService<T>());
    }

    private async Task<string?> RowsAsync(ConversationId id, string kind, string where) =>
        await _world.World.Number.ScalarAsync<string>(
            $"SELECT string_agg(text, '|' ORDER BY sent_at, id) FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND kind = '{kind}' AND {where}",
            id.Value
        );

    private async Task<long> CountAsync(ConversationId id, string where) =>
        await _world.World.Number.ScalarAsync<long>(
            $"SELECT count(*) FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND {where}",
            id.Value
        );

    private async Task<long> LabelsAsync() =>
        await _world.World.Number.ScalarAsync<long>("SELECT count(*) FROM conversation_labels WHERE tenant_id = $1");
}
