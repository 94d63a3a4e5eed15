using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Tests.Attacks;

/// <summary>Forms with fields that nobody asked for: a company, a role, an account, a user, an id.</summary>
[Collection(typeof(AttackGroup))]
public sealed class ForgedFormTests(AttackedConsole attacked)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Agent_who_posts_a_role_and_a_company_stays_what_he_is_where_he_is()
    {
        var (email, user) = await AgentAsync();
        using var bia = attacked.NewVisitor();
        using var signedIn = await bia.SignInAsync(email, AttackedConsole.Password);
        signedIn.StatusCode.ShouldBe(HttpStatusCode.Found);

        using var saved = await bia.SubmitAsync("/profile?" + Extra(), "profile", Forged(("Form.Name", "Bia Nova")));

        saved.StatusCode.ShouldBe(HttpStatusCode.Found, await saved.Content.ReadAsStringAsync(Ct));
        (await MembershipsAsync(user)).ShouldBe([(attacked.Ours.Tenant.Id, Role.Agent)]);
        var changed = await UserAsync(user);
        (changed.DisplayName, changed.Email).ShouldBe(("Bia Nova", email));
    }

    [Fact]
    public async Task Invited_agent_who_posts_a_role_and_a_company_joins_as_what_he_was_invited()
    {
        await using var scope = attacked.Console.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentMember>().Enter(attacked.Ours.Tenant, Role.Owner);
        var token = await scope.ServiceProvider.GetRequiredService<InvitationActions>().InviteAsync(null, Role.Agent, null, Ct);
        var email = $"{Guid.NewGuid():N}@attack.example";
        using var guest = attacked.NewVisitor();

        using var joined = await guest.SubmitAsync(
            $"/join?token={token}&{Extra()}",
            "join-new",
            Forged(("Form.Name", "Caio"), ("Form.Email", email), ("Form.Password", AttackedConsole.Password), ("Form.Company", "Casa"))
        );

        joined.StatusCode.ShouldBe(HttpStatusCode.Found, await joined.Content.ReadAsStringAsync(Ct));
        await using var db = Db();
        var user = UserId.From(await db.Users.Where(u => u.Email == email).Select(u => u.Id).SingleAsync(Ct));
        (await MembershipsAsync(user)).ShouldBe([(attacked.Ours.Tenant.Id, Role.Agent)]);
    }

    [Fact]
    public async Task Session_of_somebody_else_is_not_ended()
    {
        var (email, _) = await AgentAsync();
        var sessions = attacked.Console.Services.GetRequiredService<UserSessions>();
        var owner = attacked.Theirs.Tenant.OwnerId;
        var key = await sessions.BeginAsync(owner, "Firefox", null, Ct);
        var theirs = (await sessions.ListAsync(owner, key, Ct))[0].Id;
        using var bia = attacked.NewVisitor();
        using var signedIn = await bia.SignInAsync(email, AttackedConsole.Password);

        using var answer = await bia.SubmitAsync("/profile", "sessions", Forged(("Ended.Session", theirs.ToString())));

        (await sessions.IsOpenAsync(owner, key, null, Ct)).ShouldBeTrue();
    }

    private string Extra() => $"tenantId={attacked.Theirs.Tenant.Id}&role=Owner&accountId=1&user={attacked.Theirs.Tenant.OwnerId}";

    /// <summary>The fields, and what a form's own object, a membership or a user would be called.</summary>
    private Dictionary<string, string> Forged(params (string Name, string Value)[] fields)
    {
        var all = fields.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal);
        var (tenant, owner) = (attacked.Theirs.Tenant.Id.ToString(), attacked.Theirs.Tenant.OwnerId.ToString());
        foreach (var prefix in new[] { "", "Form.", "Ended.", "User.", "Member.", "Membership." })
        {
            foreach (
                var (name, value) in new[]
                {
                    ("TenantId", tenant),
                    ("tenantId", tenant),
                    ("tenant_id", tenant),
                    ("AccountId", "1"),
                    ("Role", "Owner"),
                    ("role", "0"),
                    ("Id", owner),
                    ("UserId", owner),
                    ("UserName", "owner"),
                    ("IsOperator", "true"),
                    ("SeesAllNumbers", "true"),
                    ("SecurityStamp", "x"),
                }
            )
            {
                all.TryAdd(prefix + name, value);
            }
        }

        return all;
    }

    private async Task<(string Email, UserId User)> AgentAsync()
    {
        var email = $"{Guid.NewGuid():N}@attack.example";
        await using var scope = attacked.Console.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<TenantCreation>()
            .AddMemberAsync(attacked.Ours.Tenant.Id, email, "Bia Souza", AttackedConsole.Password, Role.Agent, Ct);
        await using var db = Db();
        return (email, UserId.From(await db.Users.Where(u => u.Email == email).Select(u => u.Id).SingleAsync(Ct)));
    }

    private async Task<IReadOnlyList<(TenantId, Role)>> MembershipsAsync(UserId user)
    {
        await using var db = Db();
        return [.. (await db.Memberships.Where(m => m.UserId == user).ToListAsync(Ct)).Select(m => (m.TenantId, m.Role))];
    }

    private async Task<ConsoleUser> UserAsync(UserId user)
    {
        await using var db = Db();
        return await db.Users.SingleAsync(u => u.Id == user.Value, Ct);
    }

    private ConsoleDb Db() => attacked.Console.Services.CreateScope().ServiceProvider.GetRequiredService<ConsoleDb>();
}
