using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Inbox;

public sealed class CannedResponseActionsTests : IAsyncLifetime
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
        (_ana, _bia) = (_tenant.OwnerId, await AddAsync("Bia"));
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task Each_sees_his_own_his_teams_and_the_companys()
    {
        var (sales, stock) = (await TeamAsync("Vendas", _bia), await TeamAsync("Estoque"));
        await CreateAsync(_bia, Form("meu-da-bia"), Role.Agent);
        await CreateAsync(_ana, Form("meu-da-ana"));
        await CreateAsync(_ana, Form("vendas", CannedScope.Team, sales));
        await CreateAsync(_ana, Form("estoque", CannedScope.Team, stock));
        await CreateAsync(_ana, Form("geral", CannedScope.Tenant));

        (await CodesAsync(_bia, Role.Agent)).ShouldBe(["geral", "meu-da-bia", "vendas"]);
        (await CodesAsync(_bia, Role.Agent, usable: true)).ShouldBe(["geral", "meu-da-bia", "vendas"]);
        // Who keeps them sees those of every team, and answers with his own teams'.
        (await CodesAsync(_ana)).ShouldBe(["estoque", "geral", "meu-da-ana", "vendas"]);
        (await CodesAsync(_ana, usable: true)).ShouldBe(["geral", "meu-da-ana"]);
        (await ListAsync(_bia, Role.Agent)).Single(r => r.Code == "vendas").TeamName.ShouldBe("Vendas");
    }

    [Fact]
    public async Task Code_is_unique_in_its_place_and_free_in_another()
    {
        var team = await TeamAsync("Vendas");
        foreach (var (who, scope) in new[] { (_ana, CannedScope.Personal), (_bia, CannedScope.Personal), (_ana, CannedScope.Tenant) })
        {
            await CreateAsync(who, Form("prazo", scope));
            (await RefusedAsync(who, a => a.CreateAsync(Form("/Prazo", scope), Ct))).ShouldBe("canned.code-taken");
        }

        await CreateAsync(_ana, Form("prazo", CannedScope.Team, team));
        (await RefusedAsync(_ana, a => a.CreateAsync(Form("prazo", CannedScope.Team, team), Ct))).ShouldBe("canned.code-taken");
    }

    [Fact]
    public async Task Agent_keeps_his_own_and_no_others()
    {
        var shared = await CreateAsync(_ana, Form("geral", CannedScope.Tenant));
        var anas = await CreateAsync(_ana, Form("meu"));
        var mine = await CreateAsync(_bia, Form("meu"), Role.Agent);
        var team = await TeamAsync("Vendas", _bia);

        (await RefusedAsync(_bia, a => a.CreateAsync(Form("x", CannedScope.Tenant), Ct), Role.Agent)).ShouldBe("permission.missing");
        (await RefusedAsync(_bia, a => a.CreateAsync(Form("x", CannedScope.Team, team), Ct), Role.Agent)).ShouldBe("permission.missing");
        (await RefusedAsync(_bia, a => a.DeleteAsync(shared, Ct), Role.Agent)).ShouldBe("permission.missing");
        (await RefusedAsync(_bia, a => a.ChangeAsync(shared, Form("x"), 1, Ct), Role.Agent)).ShouldBe("permission.missing");
        (await RefusedAsync(_bia, a => a.ChangeAsync(mine, Form("x", CannedScope.Tenant), 1, Ct), Role.Agent)).ShouldBe(
            "permission.missing"
        );
        (await RefusedAsync(_bia, a => a.DeleteAsync(anas, Ct), Role.Agent)).ShouldBe("canned.gone");
        (await RefusedAsync(_bia, a => a.ChangeAsync(anas, Form("x"), 1, Ct), Role.Agent)).ShouldBe("canned.gone");
        // Not even who may everything else sees what is another's own.
        (await RefusedAsync(_ana, a => a.DeleteAsync(mine, Ct))).ShouldBe("canned.gone");
        await DoAsync(_bia, a => a.DeleteAsync(mine, Ct), Role.Agent);
        (await CodesAsync(_bia, Role.Agent)).ShouldBe(["geral"]);
    }

    [Fact]
    public async Task Change_moves_and_rewrites_and_tells_who_shows_it()
    {
        var team = await TeamAsync("Vendas");
        var id = await CreateAsync(_ana, Form("prazo"));
        var heard = new List<ConsoleEvent>();
        using var feed = _services
            .Provider.GetRequiredService<EventHub>()
            .Subscribe(
                _tenant.Id,
                e =>
                {
                    heard.Add(e);
                    return false;
                }
            );
        var before = (await ListAsync(_ana)).Single();

        await DoAsync(
            _ana,
            a => a.ChangeAsync(id, new CannedResponseForm(CannedScope.Team, team, "Frete", " Entrega ", "Oi"), before.Version, Ct)
        );

        var after = (await ListAsync(_ana)).Single();
        (after.Scope, after.TeamId, after.Code, after.Folder, after.Text).ShouldBe((CannedScope.Team, team, "frete", "Entrega", "Oi"));
        heard.ShouldContain(new CannedResponsesChanged(_tenant.Id));
        (await RefusedAsync(_ana, a => a.ChangeAsync(id, Form("x"), before.Version, Ct))).ShouldBe("canned.changed-meanwhile");
    }

    [Fact]
    public async Task Own_ones_end_with_the_member_and_a_teams_with_the_team()
    {
        var team = await TeamAsync("Vendas");
        await CreateAsync(_bia, Form("meu"), Role.Agent);
        await CreateAsync(_ana, Form("vendas", CannedScope.Team, team));
        await CreateAsync(_ana, Form("geral", CannedScope.Tenant));

        await using (var scope = _services.Enter(_tenant))
        {
            await scope.ServiceProvider.GetRequiredService<MemberActions>().RemoveAsync(_bia, Ct);
            await scope.ServiceProvider.GetRequiredService<TeamActions>().DeleteAsync(team, Ct);
        }

        await using var check = _services.Enter(_tenant);
        await using var db = await check.ServiceProvider.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(Ct);
        (await db.CannedResponses.Select(r => r.Code).ToListAsync(Ct)).ShouldBe(["geral"]);
    }

    [Fact]
    public async Task Company_sees_and_changes_nothing_of_another()
    {
        var other = await _services.NewTenantAsync();
        var theirs = await TeamAsync("Deles", of: other);
        var id = await CreateAsync(_ana, Form("geral", CannedScope.Tenant));
        await using var scope = _services.Enter(other);
        var actions = scope.ServiceProvider.GetRequiredService<CannedResponseActions>();

        (await scope.ServiceProvider.GetRequiredService<CannedResponseQueries>().ListAsync(Ct)).ShouldBeEmpty();
        (await KeyOfAsync(() => actions.DeleteAsync(id, Ct))).ShouldBe("canned.gone");
        (await RefusedAsync(_ana, a => a.CreateAsync(Form("x", CannedScope.Team, theirs), Ct))).ShouldBe("team.gone");
        await actions.CreateAsync(Form("geral", CannedScope.Tenant), Ct);
        (await CodesAsync(_ana)).ShouldBe(["geral"]);
    }

    private static CannedResponseForm Form(string code, CannedScope scope = CannedScope.Personal, TeamId? team = null) =>
        new(scope, team, code, Folder: null, "Oi, {{contact.first_name}}");

    private async Task<UserId> AddAsync(string name)
    {
        await using var scope = _services.Provider.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<TenantCreation>()
            .AddMemberAsync(_tenant.Id, $"{Guid.NewGuid():N}@aurora.example", name, "correct horse battery", Role.Agent, Ct);
    }

    private async Task<TeamId> TeamAsync(string name, UserId? with = null, CreatedTenant? of = null)
    {
        await using var scope = _services.Enter(of ?? _tenant);
        return await scope
            .ServiceProvider.GetRequiredService<TeamActions>()
            .CreateAsync(new TeamForm(name, AssignmentMode.ByHand, BusinessHours.Always, with is { } user ? [user] : []), Ct);
    }

    private async Task<CannedResponseId> CreateAsync(UserId user, CannedResponseForm form, Role role = Role.Owner)
    {
        await using var scope = Enter(user, role);
        return await scope.ServiceProvider.GetRequiredService<CannedResponseActions>().CreateAsync(form, Ct);
    }

    private async Task DoAsync(UserId user, Func<CannedResponseActions, Task> act, Role role = Role.Owner)
    {
        await using var scope = Enter(user, role);
        await act(scope.ServiceProvider.GetRequiredService<CannedResponseActions>());
    }

    private Task<string> RefusedAsync(UserId user, Func<CannedResponseActions, Task> act, Role role = Role.Owner) =>
        KeyOfAsync(() => DoAsync(user, act, role));

    private static async Task<string> KeyOfAsync(Func<Task> act) => (await act.ShouldThrowAsync<RuleException>()).Key;

    private async Task<IReadOnlyList<CannedResponseRow>> ListAsync(UserId user, Role role = Role.Owner)
    {
        await using var scope = Enter(user, role);
        return await scope.ServiceProvider.GetRequiredService<CannedResponseQueries>().ListAsync(Ct);
    }

    private async Task<List<string>> CodesAsync(UserId user, Role role = Role.Owner, bool usable = false) =>
        [.. (await ListAsync(user, role)).Where(r => r.Usable || !usable).Select(r => r.Code)];

    private AsyncServiceScope Enter(UserId user, Role role) => _services.Enter(_tenant.Id, user, MemberAccess.Everything(role));
}
