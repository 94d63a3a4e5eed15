using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Tenancy;

public sealed class InvitationTests : IAsyncLifetime
{
    private const string Password = "correct horse battery";
    private readonly string _email = $"{Guid.NewGuid():N}@aurora.example";
    private TestServices _services = null!;
    private CreatedTenant _tenant = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync();
        _tenant = await _services.NewTenantAsync();
    }

    [Fact]
    public async Task Link_makes_an_account_once_with_the_role_and_the_numbers()
    {
        var number = await NumberAsync();
        var token = await InviteAsync(null, Role.Agent, [number]);

        var view = await FindAsync(token);
        (view!.TenantName, view.InvitedBy, view.Role, view.Email).ShouldBe(("Aurora", "Ana Ribeiro", Role.Agent, null));
        var joined = await AcceptAsync(a => a.CreateAsync(token, _email, "Bia Souza", Password, Ct));

        joined.Slug.ShouldBe(_tenant.Slug);
        (await AccessAsync(joined.User)).ShouldBe(new MemberAccess(Role.Agent, [number]));
        (await FindAsync(token)).ShouldBeNull();
        (await RefusedAsync(a => a.CreateAsync(token, "x" + _email, "Caio", Password, Ct))).ShouldBe("invitation.gone");
        (await LogAsync()).Select(e => (e.What, e.Actor)).ShouldBe([("joined", "Bia Souza"), ("invited", "Ana Ribeiro")]);
        (await SightWorld.OwnerScalarAsync("SELECT row_to_json(i)::text FROM invitations i WHERE tenant_id = $1", _tenant.Id.Value))!
            .ToString()!
            .ShouldNotContain(token);
    }

    [Fact]
    public async Task Link_used_by_many_at_once_lets_one_in()
    {
        var token = await InviteAsync(null, Role.Agent);

        var all = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(i => TryAsync(a => a.CreateAsync(token, $"{i}{_email}", "Bia", Password, Ct)))
        );

        all.Count(refused => refused is null).ShouldBe(1);
        all.Count(refused => refused == "invitation.gone").ShouldBe(4);
        (await SightWorld.OwnerScalarAsync("SELECT count(*) FROM memberships WHERE tenant_id = $1", _tenant.Id.Value)).ShouldBe(2L);
        (await SightWorld.OwnerScalarAsync("SELECT count(*) FROM users WHERE email LIKE $1", $"%{_email}")).ShouldBe(1L);
    }

    [Fact]
    public async Task Account_that_is_not_accepted_leaves_the_link_good()
    {
        var token = await InviteAsync(null, Role.Agent);
        var taken = await UserAsync();

        await Should.ThrowAsync<IdentityException>(() => AcceptAsync(a => a.CreateAsync(token, _email, "Bia", "short", Ct)));
        await Should.ThrowAsync<IdentityException>(() => AcceptAsync(a => a.CreateAsync(token, taken.Email, "Bia", Password, Ct)));

        (await FindAsync(token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Invitation_for_an_address_is_for_its_owner_alone()
    {
        var (bia, caio) = (await UserAsync(), await UserAsync());
        var token = await InviteAsync(bia.Email.ToUpperInvariant(), Role.Manager);

        var view = await FindAsync(token, caio.Id);
        (view!.IsFor(caio.Email), view.IsFor(bia.Email), view.Slug).ShouldBe((false, true, null));
        (await RefusedAsync(a => a.JoinAsync(token, caio.Id, Ct))).ShouldBe("invitation.for-another");
        (await AcceptAsync(a => a.JoinAsync(token, bia.Id, Ct))).User.ShouldBe(bia.Id);

        (await AccessAsync(bia.Id)).ShouldBe(MemberAccess.Everything(Role.Manager));
        (await AccessAsync(caio.Id)).ShouldBeNull();
    }

    [Fact]
    public async Task New_account_by_an_invitation_for_an_address_has_that_address()
    {
        var token = await InviteAsync(_email, Role.Agent);

        var joined = await AcceptAsync(a => a.CreateAsync(token, "somebody@else.example", "Bia", Password, Ct));

        (await SightWorld.OwnerScalarAsync("SELECT email FROM users WHERE id = $1", joined.User.Value)).ShouldBe(_email);
    }

    [Fact]
    public async Task Member_is_not_invited_again_and_does_not_join_twice()
    {
        var bia = await UserAsync();
        var (first, second) = (await InviteAsync(null, Role.Agent), await InviteAsync(null, Role.Admin));
        await AcceptAsync(a => a.JoinAsync(first, bia.Id, Ct));

        (await FindAsync(second, bia.Id))!.Slug.ShouldBe(_tenant.Slug);
        (await FindAsync(second))!.Slug.ShouldBeNull();
        (await RefusedAsync(a => a.JoinAsync(second, bia.Id, Ct))).ShouldBe("invitation.already-member");
        (await AccessAsync(bia.Id))!.Role.ShouldBe(Role.Agent);
        (await Should.ThrowAsync<RuleException>(() => InviteAsync(bia.Email, Role.Agent))).Key.ShouldBe("invitation.already-member");
    }

    [Fact]
    public async Task Withdrawn_link_is_dead_until_that_is_undone()
    {
        var token = await InviteAsync(null, Role.Agent);
        var id = (await OpenAsync()).ShouldHaveSingleItem().Id;

        await DoAsync(a => a.RevokeAsync(id, Ct));
        (await FindAsync(token)).ShouldBeNull();
        (await OpenAsync()).ShouldBeEmpty();
        (await RefusedAsync(a => a.CreateAsync(token, _email, "Bia", Password, Ct))).ShouldBe("invitation.gone");
        await DoAsync(a => a.RestoreAsync(id, Ct));

        (await FindAsync(token)).ShouldNotBeNull();
        var elsewhere = await _services.NewTenantAsync();
        await using var scope = _services.Enter(elsewhere);
        await Should.ThrowAsync<RuleException>(() => scope.ServiceProvider.GetRequiredService<InvitationActions>().RevokeAsync(id, Ct));
    }

    [Fact]
    public async Task Link_of_somebody_who_may_no_longer_invite_is_dead()
    {
        var caio = await UserAsync();
        await AcceptAsync(async a => await a.JoinAsync(await InviteAsync(null, Role.Admin), caio.Id, Ct));
        var token = await InviteAsync(null, Role.Agent, by: caio.Id, role: Role.Admin);
        (await FindAsync(token)).ShouldNotBeNull();

        await SightWorld.OwnerAsync(
            "UPDATE memberships SET role = 'Agent' WHERE tenant_id = $1 AND user_id = $2",
            _tenant.Id.Value,
            caio.Id.Value
        );

        (await FindAsync(token)).ShouldBeNull();
        (await RefusedAsync(a => a.CreateAsync(token, _email, "Bia", Password, Ct))).ShouldBe("invitation.gone");
    }

    [Fact]
    public async Task Inviting_asks_for_the_permission_an_address_and_patience()
    {
        (await Should.ThrowAsync<RuleException>(() => InviteAsync("no address", Role.Agent))).Key.ShouldBe("invitation.email-invalid");
        (await Should.ThrowAsync<RuleException>(() => InviteAsync("a@b.example\r\nBcc: x@y.example", Role.Agent))).Key.ShouldBe(
            "invitation.email-invalid"
        );
        (await Should.ThrowAsync<RuleException>(() => InviteAsync(null, Role.Agent, role: Role.Manager))).Key.ShouldBe(
            "permission.missing"
        );
        for (var i = 0; i < InvitationActions.MostPerHour; i++)
        {
            await InviteAsync(null, Role.Agent);
        }

        (await Should.ThrowAsync<RuleException>(() => InviteAsync(null, Role.Agent))).Key.ShouldBe("invitation.too-many");
    }

    [Fact]
    public async Task Unknown_links_and_none_find_nothing()
    {
        (await FindAsync(null)).ShouldBeNull();
        (await FindAsync("")).ShouldBeNull();
        (await FindAsync(new string('0', 64))).ShouldBeNull();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<string> InviteAsync(
        string? email,
        Role gives,
        IReadOnlyCollection<InstanceId>? numbers = null,
        UserId? by = null,
        Role role = Role.Owner
    )
    {
        await using var scope = _services.Provider.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentMember>().Enter(_tenant.Id, by ?? _tenant.OwnerId, role, "Ana Ribeiro");
        return await scope.ServiceProvider.GetRequiredService<InvitationActions>().InviteAsync(email, gives, numbers, Ct);
    }

    private async Task DoAsync(Func<InvitationActions, Task> act)
    {
        await using var scope = _services.Enter(_tenant);
        await act(scope.ServiceProvider.GetRequiredService<InvitationActions>());
    }

    private async Task<Joined> AcceptAsync(Func<InvitationAcceptance, Task<Joined>> act)
    {
        await using var scope = _services.Provider.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<InvitationAcceptance>());
    }

    private async Task<string?> TryAsync(Func<InvitationAcceptance, Task<Joined>> act)
    {
        try
        {
            await AcceptAsync(act);
            return null;
        }
        catch (RuleException refused)
        {
            return refused.Key;
        }
    }

    private async Task<string> RefusedAsync(Func<InvitationAcceptance, Task<Joined>> act) => (await TryAsync(act)).ShouldNotBeNull();

    private async Task<InvitationView?> FindAsync(string? token, UserId? user = null)
    {
        await using var scope = _services.Provider.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<InvitationAcceptance>().FindAsync(token, user, Ct);
    }

    private async Task<IReadOnlyList<InvitationRow>> OpenAsync()
    {
        await using var scope = _services.Enter(_tenant);
        return await scope.ServiceProvider.GetRequiredService<MemberQueries>().InvitationsAsync(Ct);
    }

    private async Task<IReadOnlyList<MemberLogRow>> LogAsync()
    {
        await using var scope = _services.Enter(_tenant);
        return await scope.ServiceProvider.GetRequiredService<MemberQueries>().LogAsync(null, Ct);
    }

    private async Task<MemberAccess?> AccessAsync(UserId user)
    {
        await using var scope = _services.Provider.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<TenantQueries>().AccessAsync(_tenant.Id, user, Ct);
    }

    private async Task<(UserId Id, string Email)> UserAsync()
    {
        var tenant = await _services.NewTenantAsync("Elsewhere");
        return (
            tenant.OwnerId,
            (string)(await SightWorld.OwnerScalarAsync("SELECT email FROM users WHERE id = $1", tenant.OwnerId.Value))!
        );
    }

    private async Task<InstanceId> NumberAsync()
    {
        await using var scope = _services.Enter(_tenant);
        var server = await scope
            .ServiceProvider.GetRequiredService<GatewayServerActions>()
            .AddAsync(new GatewayServerForm("evolution", "http://127.0.0.1:9", "key"), Ct);
        return await scope.ServiceProvider.GetRequiredService<InstanceCreation>().CreateAsync("A", server, Ct);
    }
}
