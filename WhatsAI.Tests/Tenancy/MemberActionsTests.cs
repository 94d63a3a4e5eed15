using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Tenancy;

public sealed class MemberActionsTests : IAsyncLifetime
{
    private const string Password = "correct horse battery";
    private TestServices _services = null!;
    private CreatedTenant _tenant = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private UserSessions Sessions => _services.Provider.GetRequiredService<UserSessions>();

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync();
        _tenant = await _services.NewTenantAsync();
    }

    [Fact]
    public async Task Changed_member_may_and_sees_what_was_chosen_and_his_circuits_are_told()
    {
        var (bia, number, other) = (await AddAsync("Bia"), await NumberAsync("A"), await NumberAsync("B"));
        var heard = Listen(out var feed);
        using var listening = feed;

        await DoAsync(a => a.ChangeAsync(bia, Role.Manager, [number], Ct));
        (await AccessAsync(bia)).ShouldBe(new MemberAccess(Role.Manager, [number]));
        await DoAsync(a => a.ChangeAsync(bia, Role.Manager, [other], Ct));
        (await AccessAsync(bia)).ShouldBe(new MemberAccess(Role.Manager, [other]));
        await DoAsync(a => a.ChangeAsync(bia, Role.Manager, [], Ct));
        (await AccessAsync(bia)).ShouldBe(new MemberAccess(Role.Manager, []));
        await DoAsync(a => a.ChangeAsync(bia, Role.Agent, null, Ct));
        (await AccessAsync(bia)).ShouldBe(MemberAccess.Everything(Role.Agent));

        heard.ShouldContain(new MemberChanged(_tenant.Id, bia));
        (await LogAsync())
            .Select(e => e.What)
            .ShouldBe(["sees-all", "role-changed", "sees-some", "sees-some", "sees-some", "role-changed"]);
        var first = (await LogAsync())[^1];
        (first.Actor, first.Subject, string.Join('>', first.Details)).ShouldBe(("Ana Ribeiro", "Bia", "Agent>Manager"));
    }

    [Fact]
    public async Task Number_of_another_company_cannot_be_given()
    {
        var bia = await AddAsync("Bia");
        var foreign = await NumberAsync("X", await _services.NewTenantAsync());

        await DoAsync(a => a.ChangeAsync(bia, Role.Agent, [foreign], Ct));

        (await AccessAsync(bia)).ShouldBe(new MemberAccess(Role.Agent, []));
    }

    [Fact]
    public async Task Number_deleted_since_stays_in_sight_of_who_had_it_and_is_given_to_nobody_new()
    {
        var (bia, caio) = (await AddAsync("Bia"), await AddAsync("Caio"));
        var (number, old) = (await NumberAsync("A"), await NumberAsync("B"));
        await DoAsync(a => a.ChangeAsync(bia, Role.Agent, [old], Ct));
        await SightWorld.OwnerAsync("UPDATE instances SET deleted_at = now() WHERE id = $1", old.Value);

        await DoAsync(a => a.ChangeAsync(bia, Role.Agent, [old, number], Ct));
        await DoAsync(a => a.ChangeAsync(caio, Role.Agent, [old, number], Ct));

        (await AccessAsync(bia)).ShouldBe(new MemberAccess(Role.Agent, [old, number]));
        (await AccessAsync(caio)).ShouldBe(new MemberAccess(Role.Agent, [number]));
    }

    [Fact]
    public async Task Disabled_member_may_not_enter_and_is_signed_out_until_he_is_let_in_again()
    {
        var bia = await AddAsync("Bia");
        var key = await Sessions.BeginAsync(bia, null, null, Ct);

        await DoAsync(a => a.DisableAsync(bia, Ct));

        (await AccessAsync(bia)).ShouldBeNull();
        (await Sessions.IsOpenAsync(bia, key, null, Ct)).ShouldBeFalse();
        await DoAsync(a => a.EnableAsync(bia, Ct));
        (await AccessAsync(bia)).ShouldNotBeNull();
    }

    // His circuits load their page anew when they hear it: an open session would lead them to a page that does not exist for him, and leave them there.
    [Fact]
    public async Task Circuits_hear_of_a_disabled_member_when_his_sessions_have_ended()
    {
        var bia = await AddAsync("Bia");
        var key = await Sessions.BeginAsync(bia, null, null, Ct);
        var open = new List<Task<bool>>();
        using var feed = _services
            .Provider.GetRequiredService<EventHub>()
            .Subscribe(
                _tenant.Id,
                e =>
                {
                    open.Add(Sessions.IsOpenAsync(bia, key, null, Ct));
                    return false;
                }
            );

        await DoAsync(a => a.DisableAsync(bia, Ct));

        open.ShouldNotBeEmpty();
        (await Task.WhenAll(open)).ShouldAllBe(isOpen => !isOpen);
    }

    [Fact]
    public async Task Conversations_of_who_is_gone_or_does_not_see_their_number_go_back_to_the_queue()
    {
        var (bia, seen, other) = (await AddAsync("Bia"), await HasAsync("5511966000001"), await HasAsync("5511966000002"));
        await SightWorld.OwnerAsync("UPDATE conversation_heads SET assignee_id = $1 WHERE tenant_id = $2", bia.Value, _tenant.Id.Value);

        await DoAsync(a => a.ChangeAsync(bia, Role.Agent, [seen.Number], Ct));
        (await OwnerOfAsync(seen), await OwnerOfAsync(other)).ShouldBe((bia.Value, null));

        await DoAsync(a => a.DisableAsync(bia, Ct));
        (await OwnerOfAsync(seen)).ShouldBeNull();
    }

    [Fact]
    public async Task Member_of_another_company_too_is_removed_here_and_stays_signed_in_there()
    {
        var elsewhere = await _services.NewTenantAsync();
        var bia = await AddAsync("Bia", also: elsewhere);
        var key = await Sessions.BeginAsync(bia, null, null, Ct);
        var heard = Listen(out var feed);
        using var listening = feed;

        await DoAsync(a => a.RemoveAsync(bia, Ct));

        (await AccessAsync(bia)).ShouldBeNull();
        (await AccessAsync(bia, elsewhere)).ShouldNotBeNull();
        (await Sessions.IsOpenAsync(bia, key, null, Ct)).ShouldBeTrue();
        heard.ShouldContain(new MemberChanged(_tenant.Id, bia));
        (await LogAsync())[0].What.ShouldBe("removed");
        (await RefusedAsync(a => a.DisableAsync(bia, Ct))).ShouldBe("member.gone");
    }

    [Fact]
    public async Task All_sessions_of_a_member_are_ended_by_who_may()
    {
        var bia = await AddAsync("Bia");
        var key = await Sessions.BeginAsync(bia, null, null, Ct);

        (await RefusedAsync(a => a.EndSessionsAsync(bia, Ct), bia, Role.Agent)).ShouldBe("permission.missing");
        await DoAsync(a => a.EndSessionsAsync(bia, Ct));

        (await Sessions.IsOpenAsync(bia, key, null, Ct)).ShouldBeFalse();
    }

    [Fact]
    public async Task Admin_touches_no_owner_and_a_role_taken_away_counts_at_once()
    {
        var (caio, bia) = (await AddAsync("Caio", Role.Admin), await AddAsync("Bia"));

        (await RefusedAsync(a => a.DisableAsync(_tenant.OwnerId, Ct), caio, Role.Admin)).ShouldBe("member.above-you");
        (await RefusedAsync(a => a.EndSessionsAsync(_tenant.OwnerId, Ct), caio, Role.Admin)).ShouldBe("member.above-you");
        (await RefusedAsync(a => a.ChangeAsync(bia, Role.Owner, null, Ct), caio, Role.Admin)).ShouldBe("member.role-above-yours");
        await DoAsync(a => a.ChangeAsync(caio, Role.Agent, null, Ct));

        // His page was opened while he was an administrator, and says so still.
        (await RefusedAsync(a => a.DisableAsync(bia, Ct), caio, Role.Admin)).ShouldBe("permission.missing");
    }

    [Fact]
    public async Task Two_owners_who_lower_each_other_leave_one()
    {
        var bia = await AddAsync("Bia", Role.Owner);

        var both = await Task.WhenAll(
            TryAsync(a => a.ChangeAsync(bia, Role.Agent, null, Ct), _tenant.OwnerId),
            TryAsync(a => a.ChangeAsync(_tenant.OwnerId, Role.Agent, null, Ct), bia)
        );

        both.Count(refused => refused is null).ShouldBe(1);
        var roles = new[] { (await AccessAsync(bia))!.Role, (await AccessAsync(_tenant.OwnerId))!.Role };
        roles.Count(r => r == Role.Owner).ShouldBe(1);
    }

    [Fact]
    public async Task Last_owner_cannot_step_down() =>
        (await RefusedAsync(a => a.ChangeAsync(_tenant.OwnerId, Role.Admin, null, Ct))).ShouldBe("member.last-owner");

    [Fact]
    public async Task List_shows_members_of_this_company_only_and_to_who_may()
    {
        var bia = await AddAsync("Bia");
        await DoAsync(a => a.DisableAsync(bia, Ct));
        await _services.NewTenantAsync();

        await using var scope = _services.Enter(_tenant);
        var rows = await scope.ServiceProvider.GetRequiredService<MemberQueries>().ListAsync(Ct);
        rows.Select(r => (r.Name, r.Role, r.IsMe, r.DisabledAt is null))
            .ShouldBe([("Ana Ribeiro", Role.Owner, true, true), ("Bia", Role.Agent, false, false)]);
        await using var agent = _services.Enter(_tenant, Role.Agent);
        var queries = agent.ServiceProvider.GetRequiredService<MemberQueries>();
        await Should.ThrowAsync<RuleException>(() => queries.ListAsync(Ct));
        await Should.ThrowAsync<RuleException>(() => queries.InvitationsAsync(Ct));
        await Should.ThrowAsync<RuleException>(() => queries.LogAsync(null, Ct));
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<(InstanceId Number, ConversationId Id)> HasAsync(string customer)
    {
        var world = await MessagingWorld.CreateAsync(_tenant.Id);
        await world.DeliverAsync(Hook.Text("oi", Hook.NewId(), $"{customer}@s.whatsapp.net", alt: null));
        var id = await world.ScalarAsync<Guid>(
            "SELECT id FROM conversations WHERE tenant_id = $1 AND instance_id = $2",
            world.Instance.Value
        );
        return (world.Instance, new ConversationId(id));
    }

    private static async Task<Guid?> OwnerOfAsync((InstanceId Number, ConversationId Id) conversation) =>
        await SightWorld.OwnerScalarAsync("SELECT assignee_id FROM conversation_heads WHERE conversation_id = $1", conversation.Id.Value)
        as Guid?;

    private List<ConsoleEvent> Listen(out EventFeed feed)
    {
        var heard = new List<ConsoleEvent>();
        feed = _services
            .Provider.GetRequiredService<EventHub>()
            .Subscribe(
                _tenant.Id,
                e =>
                {
                    heard.Add(e);
                    return false;
                }
            );
        return heard;
    }

    private async Task<UserId> AddAsync(string name, Role role = Role.Agent, CreatedTenant? also = null)
    {
        await using var scope = _services.Provider.CreateAsyncScope();
        var creation = scope.ServiceProvider.GetRequiredService<TenantCreation>();
        var email = $"{Guid.NewGuid():N}@aurora.example";
        if (also is not null)
        {
            await creation.AddMemberAsync(also.Id, email, name, Password, Role.Agent, Ct);
        }

        return await creation.AddMemberAsync(_tenant.Id, email, name, Password, role, Ct);
    }

    private async Task<InstanceId> NumberAsync(string name, CreatedTenant? tenant = null)
    {
        await using var scope = _services.Enter(tenant ?? _tenant);
        var server = await scope
            .ServiceProvider.GetRequiredService<GatewayServerActions>()
            .AddAsync(new GatewayServerForm("evolution" + name, "http://127.0.0.1:9", "key"), Ct);
        return await scope.ServiceProvider.GetRequiredService<InstanceCreation>().CreateAsync(name, server, Ct);
    }

    private async Task<MemberAccess?> AccessAsync(UserId user, CreatedTenant? tenant = null)
    {
        await using var scope = _services.Provider.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<TenantQueries>().AccessAsync((tenant ?? _tenant).Id, user, Ct);
    }

    private async Task<IReadOnlyList<MemberLogRow>> LogAsync()
    {
        await using var scope = _services.Enter(_tenant);
        return await scope.ServiceProvider.GetRequiredService<MemberQueries>().LogAsync(null, Ct);
    }

    private async Task DoAsync(Func<MemberActions, Task> act) => (await TryAsync(act, _tenant.OwnerId)).ShouldBeNull();

    private async Task<string> RefusedAsync(Func<MemberActions, Task> act, UserId? by = null, Role role = Role.Owner) =>
        (await TryAsync(act, by ?? _tenant.OwnerId, role)).ShouldNotBeNull();

    private async Task<string?> TryAsync(Func<MemberActions, Task> act, UserId by, Role role = Role.Owner)
    {
        await using var scope = _services.Provider.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentMember>().Enter(_tenant.Id, by, role, "Ana Ribeiro");
        try
        {
            await act(scope.ServiceProvider.GetRequiredService<MemberActions>());
            return null;
        }
        catch (RuleException refused)
        {
            return refused.Key;
        }
    }
}
