using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Views;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Views;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Inbox;

public sealed class InboxViewActionsTests : IAsyncLifetime
{
    private TestServices _services = null!;
    private CreatedTenant _tenant = null!;
    private UserId _ana;
    private UserId _bia;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync();
        _tenant = await _services.NewTenantAsync();
        _ana = _tenant.OwnerId;
        await using var scope = _services.Provider.CreateAsyncScope();
        _bia = await scope
            .ServiceProvider.GetRequiredService<TenantCreation>()
            .AddMemberAsync(_tenant.Id, $"{Guid.NewGuid():N}@aurora.example", "Bia", "correct horse battery", Role.Agent, Ct);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task Each_has_his_own_and_the_companys_and_no_others()
    {
        await DoAsync(_ana, a => a.CreateAsync("Minhas urgentes", "whose=mine&priority=urgent", shared: false, Ct));
        var shared = await DoAsync(_ana, a => a.CreateAsync("Fila", "whose=nobody", shared: true, Ct));
        var bias = await DoAsync(_bia, a => a.CreateAsync("minhas URGENTES", "", shared: false, Ct), Role.Agent);

        (await ListAsync(_bia)).Select(v => (v.Name, v.Shared)).ShouldBe([("minhas URGENTES", false), ("Fila", true)]);
        (await ListAsync(_ana)).Select(v => v.Name).ShouldBe(["Minhas urgentes", "Fila"]);
        (await RefusedAsync(_bia, a => a.CreateAsync("x", "", shared: true, Ct), Role.Agent)).ShouldBe("permission.missing");
        (await RefusedAsync(_bia, a => a.DeleteAsync(shared, Ct), Role.Agent)).ShouldBe("permission.missing");
        (await RefusedAsync(_bia, a => a.ChangeAsync(shared, "x", "", 1, Ct), Role.Agent)).ShouldBe("permission.missing");
        // Not even who may everything else sees what is another's own.
        (await RefusedAsync(_ana, a => a.DeleteAsync(bias, Ct))).ShouldBe("view.gone");
        (await RefusedAsync(_ana, a => a.OpenWithAsync(bias, Ct))).ShouldBe("view.gone");
        (await RefusedAsync(_ana, a => a.CreateAsync("FILA", "", shared: true, Ct))).ShouldBe("view.name-taken");
    }

    [Fact]
    public async Task Inbox_opens_with_what_its_member_chose_until_it_is_deleted()
    {
        var shared = await DoAsync(_ana, a => a.CreateAsync("Fila", "whose=nobody", shared: true, Ct));
        var mine = await DoAsync(_bia, a => a.CreateAsync("Minhas", "whose=mine", shared: false, Ct), Role.Agent);
        (await OpensWithAsync(_bia)).ShouldBeNull();

        await DoAsync(_bia, a => a.OpenWithAsync(mine, Ct), Role.Agent);
        await DoAsync(_bia, a => a.OpenWithAsync(shared, Ct), Role.Agent);

        (await OpensWithAsync(_bia), await OpensWithAsync(_ana)).ShouldBe(("whose=nobody", null));
        (await ListAsync(_bia)).Single(v => v.Opens).Id.ShouldBe(shared);
        await DoAsync(_ana, a => a.DeleteAsync(shared, Ct));
        (await OpensWithAsync(_bia)).ShouldBeNull();
        await DoAsync(_bia, a => a.OpenWithAsync(mine, Ct), Role.Agent);
        await DoAsync(_bia, a => a.OpenWithAsync(id: null, Ct), Role.Agent);
        (await OpensWithAsync(_bia)).ShouldBeNull();
    }

    [Fact]
    public async Task Change_of_a_stale_copy_is_refused()
    {
        var id = await DoAsync(_ana, a => a.CreateAsync("Fila", "whose=nobody", shared: true, Ct));
        var version = (await ListAsync(_ana)).Single().Version;

        await DoAsync(_ana, a => a.ChangeAsync(id, "Fila do dia", "whose=nobody&unread=1", version, Ct));

        (await ListAsync(_ana)).Single().Query.ShouldBe("whose=nobody&unread=1");
        (await RefusedAsync(_ana, a => a.ChangeAsync(id, "x", "", version, Ct))).ShouldBe("view.changed-meanwhile");
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("status=open#x")]
    [InlineData("a=<script>")]
    [InlineData("/t/other/inbox")]
    public void Filter_is_nothing_but_an_addresss_filter(string query) =>
        Should
            .Throw<RuleException>(() => new InboxView(default, default, owner: null, "x", query, DateTimeOffset.UnixEpoch))
            .Key.ShouldBe("view.filter-invalid");

    private async Task<T> DoAsync<T>(UserId who, Func<InboxViewActions, Task<T>> act, Role role = Role.Owner)
    {
        await using var scope = _services.Enter(_tenant.Id, who, MemberAccess.Everything(role));
        return await act(scope.ServiceProvider.GetRequiredService<InboxViewActions>());
    }

    private Task DoAsync(UserId who, Func<InboxViewActions, Task> act, Role role = Role.Owner) =>
        DoAsync<bool>(
            who,
            async a =>
            {
                await act(a);
                return true;
            },
            role
        );

    private async Task<string> RefusedAsync(UserId who, Func<InboxViewActions, Task> act, Role role = Role.Owner) =>
        (await Should.ThrowAsync<RuleException>(() => DoAsync(who, act, role))).Key;

    private async Task<IReadOnlyList<InboxViewRow>> ListAsync(UserId who)
    {
        await using var scope = _services.Enter(_tenant.Id, who, MemberAccess.Everything(Role.Agent));
        return await scope.ServiceProvider.GetRequiredService<InboxViewQueries>().ListAsync(Ct);
    }

    private async Task<string?> OpensWithAsync(UserId who)
    {
        await using var scope = _services.Enter(_tenant.Id, who, MemberAccess.Everything(Role.Agent));
        return await scope.ServiceProvider.GetRequiredService<InboxViewQueries>().OpensWithAsync(Ct);
    }
}
