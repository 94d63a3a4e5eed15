using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Labels;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Inbox;

public sealed class LabelActionsTests : IAsyncLifetime
{
    private TestServices _services = null!;
    private CreatedTenant _tenant = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync();
        _tenant = await _services.NewTenantAsync();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task Label_is_made_changed_and_deleted_and_the_inbox_knows_it()
    {
        using var feed = _services.Provider.GetRequiredService<EventHub>().Subscribe(_tenant.Id, e => e is LabelsChanged);
        var id = await DoAsync(a => a.CreateAsync(" Reclamação ", 7, Ct));
        var row = (await ListAsync()).ShouldHaveSingleItem();
        (row.Name, row.Colour).ShouldBe(("Reclamação", 7));

        await DoAsync(a => a.ChangeAsync(id, "Elogio", 6, row.Version, Ct));

        (await SummaryAsync()).Labels.ShouldBe([new InboxLabel(id, "Elogio", 6)]);
        (await RefusedAsync(a => a.ChangeAsync(id, "Outra", 6, row.Version, Ct))).ShouldBe("label.changed-meanwhile");
        await DoAsync(a => a.DeleteAsync(id, Ct));
        (await ListAsync()).ShouldBeEmpty();
        (await RefusedAsync(a => a.DeleteAsync(id, Ct))).ShouldBe("label.gone");
        await using var batches = feed.BatchesAsync(TimeSpan.Zero, Ct).GetAsyncEnumerator(Ct);
        (await batches.MoveNextAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Name_is_taken_whatever_its_case_and_accents_and_free_in_another_company()
    {
        await DoAsync(a => a.CreateAsync("Reclamação", 1, Ct));

        (await RefusedAsync(a => a.CreateAsync("RECLAMACAO", 2, Ct))).ShouldBe("label.name-taken");
        var other = await DoAsync(a => a.CreateAsync("Pedido", 1, Ct));
        var version = (await ListAsync()).Single(l => l.Id == other).Version;
        (await RefusedAsync(a => a.ChangeAsync(other, "reclamação", 1, version, Ct))).ShouldBe("label.name-taken");
        var elsewhere = await _services.NewTenantAsync();
        await using var scope = _services.Enter(elsewhere);
        await scope.ServiceProvider.GetRequiredService<LabelActions>().CreateAsync("Reclamação", 1, Ct);
    }

    [Fact]
    public async Task Agent_keeps_none()
    {
        var id = await DoAsync(a => a.CreateAsync("VIP", 1, Ct));

        (await RefusedAsync(a => a.CreateAsync("x", 1, Ct), Role.Agent)).ShouldBe("permission.missing");
        (await RefusedAsync(a => a.ChangeAsync(id, "x", 1, 1, Ct), Role.Agent)).ShouldBe("permission.missing");
        (await RefusedAsync(a => a.DeleteAsync(id, Ct), Role.Agent)).ShouldBe("permission.missing");
    }

    private async Task<T> DoAsync<T>(Func<LabelActions, Task<T>> act, Role role = Role.Manager)
    {
        await using var scope = _services.Enter(_tenant, role);
        return await act(scope.ServiceProvider.GetRequiredService<LabelActions>());
    }

    private Task DoAsync(Func<LabelActions, Task> act, Role role = Role.Manager) =>
        DoAsync<bool>(
            async a =>
            {
                await act(a);
                return true;
            },
            role
        );

    private async Task<string> RefusedAsync(Func<LabelActions, Task> act, Role role = Role.Manager) =>
        (await Should.ThrowAsync<RuleException>(() => DoAsync(act, role))).Key;

    private async Task<IReadOnlyList<LabelRow>> ListAsync()
    {
        await using var scope = _services.Enter(_tenant);
        return await scope.ServiceProvider.GetRequiredService<LabelQueries>().ListAsync(Ct);
    }

    private async Task<InboxSummary> SummaryAsync()
    {
        await using var scope = _services.Enter(_tenant);
        return await scope.ServiceProvider.GetRequiredService<ConversationQueries>().SummaryAsync(Ct);
    }
}
