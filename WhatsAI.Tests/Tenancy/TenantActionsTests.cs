using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Tenancy;

public sealed class TenantActionsTests : IAsyncLifetime
{
    private TestServices _services = null!;
    private CreatedTenant _tenant = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync(
            ("GatewayServers:Shared:0:Name", "Sandbox"),
            ("GatewayServers:Shared:0:Address", "http://127.0.0.1:1")
        );
        _tenant = await _services.NewTenantAsync();
    }

    [Fact]
    public async Task Change_is_saved_and_read_back()
    {
        var seen = await SettingsAsync();

        await ChangeAsync(
            Role.Admin,
            seen with
            {
                Name = "Aurora Sul",
                TimeZone = "America/Manaus",
                SendsReadReceipts = false,
                OptOutWords = ["chega"],
            }
        );

        var after = await SettingsAsync();
        (after.Name, after.TimeZone, after.SendsReadReceipts).ShouldBe(("Aurora Sul", "America/Manaus", false));
        after.OptOutWords.ShouldBe(["chega"]);
        after.Version.ShouldNotBe(seen.Version);
    }

    [Theory]
    [InlineData(Role.Manager)]
    [InlineData(Role.Agent)]
    public async Task Role_without_the_permission_changes_nothing(Role role)
    {
        var seen = await SettingsAsync();

        var refused = await Should.ThrowAsync<RuleException>(() => ChangeAsync(role, seen with { Name = "Outra" }));

        refused.Key.ShouldBe("permission.missing");
        (await SettingsAsync()).ShouldBeEquivalentTo(seen);
    }

    [Fact]
    public async Task Stale_copy_is_refused()
    {
        var seen = await SettingsAsync();
        await ChangeAsync(Role.Owner, seen with { Name = "First" });

        var refused = await Should.ThrowAsync<RuleException>(() => ChangeAsync(Role.Owner, seen with { Name = "Second" }));

        refused.Key.ShouldBe("tenant.changed-meanwhile");
        (await SettingsAsync()).Name.ShouldBe("First");
    }

    [Fact]
    public async Task Change_acts_at_once_on_what_works_in_the_background()
    {
        var rules = _services.Provider.GetRequiredService<TenantSettingsCache>();
        var seen = await SettingsAsync();
        (await rules.OfAsync(_tenant.Id, Ct)).SendsReadReceipts.ShouldBe(seen.SendsReadReceipts);

        await ChangeAsync(Role.Owner, seen with { SendsReadReceipts = !seen.SendsReadReceipts });

        (await rules.OfAsync(_tenant.Id, Ct)).SendsReadReceipts.ShouldBe(!seen.SendsReadReceipts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Change_of_another_copy_acts_when_it_is_heard_of(bool byName)
    {
        var hub = new EventHub();
        var rules = new TenantSettingsCache(_services.Provider.GetRequiredService<NpgsqlDataSource>(), hub, TimeProvider.System);
        var seen = await SettingsAsync();
        await rules.OfAsync(_tenant.Id, Ct);
        await ChangeAsync(Role.Owner, seen with { SendsReadReceipts = !seen.SendsReadReceipts });

        if (byName)
        {
            hub.Deliver(new TenantSettingsChanged(_tenant.Id));
        }
        else
        {
            hub.DeliverEverythingChanged();
        }

        (await rules.OfAsync(_tenant.Id, Ct)).SendsReadReceipts.ShouldBe(!seen.SendsReadReceipts);
    }

    [Fact]
    public async Task Tenant_is_made_with_the_shared_servers()
    {
        await using var scope = _services.Enter(_tenant);
        await using var db = await scope
            .ServiceProvider.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<WhatsAI.Infrastructure.Persistence.ConsoleDb>>()
            .CreateDbContextAsync(Ct);

        db.GatewayServers.Select(s => s.SharedName).ToList().ShouldBe(["Sandbox"]);
    }

    [Fact]
    public async Task Slug_of_another_company_is_counted_up_or_refused()
    {
        await using var scope = _services.Provider.CreateAsyncScope();
        var creation = scope.ServiceProvider.GetRequiredService<TenantCreation>();
        var name = "Casa " + Guid.NewGuid().ToString("N")[..8];
        NewTenant New(string? slug) => new(name, $"{Guid.NewGuid():N}@casa.example", "Rui", "correct horse battery", Slug: slug);

        var first = await creation.CreateAsync(New(slug: null), Ct);
        var second = await creation.CreateAsync(New(slug: null), Ct);
        var third = await Should.ThrowAsync<RuleException>(() => creation.CreateAsync(New(first.Slug), Ct));

        second.Slug.ShouldBe(first.Slug + "-2");
        third.Key.ShouldBe("tenant.slug-taken");
    }

    [Fact]
    public async Task Door_opens_to_members_only()
    {
        var stranger = await _services.NewTenantAsync();

        (await EntryAsync(_tenant.Slug, _tenant.OwnerId))!.Role.ShouldBe(Role.Owner);
        (await EntryAsync(_tenant.Slug, stranger.OwnerId)).ShouldBeNull();
        (await EntryAsync("no-such-company", _tenant.OwnerId)).ShouldBeNull();
    }

    [Theory]
    [InlineData("short", "PasswordTooShort")]
    [InlineData("long.enough@casa.example", "PasswordIsTheAddress")]
    public async Task Password_that_protects_nothing_is_refused(string password, string code)
    {
        await using var scope = _services.Provider.CreateAsyncScope();
        var creation = scope.ServiceProvider.GetRequiredService<TenantCreation>();

        var refused = await Should.ThrowAsync<IdentityException>(() =>
            creation.CreateAsync(new NewTenant("Casa", "long.enough@casa.example", "Rui", password), Ct)
        );

        refused.Codes.ShouldContain(code);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<TenantEntry?> EntryAsync(string slug, UserId user)
    {
        await using var scope = _services.Provider.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<TenantDoor>().EnterAsync(slug, user, Ct);
    }

    private async Task<TenantSettingsView> SettingsAsync()
    {
        await using var scope = _services.Enter(_tenant);
        return await scope.ServiceProvider.GetRequiredService<TenantQueries>().SettingsAsync(Ct);
    }

    private async Task ChangeAsync(Role role, TenantSettingsView to)
    {
        await using var scope = _services.Enter(_tenant, role);
        await scope
            .ServiceProvider.GetRequiredService<TenantActions>()
            .ChangeAsync(
                new TenantSettings(to.Name, to.TimeZone, to.Language, to.SendsReadReceipts, to.AnswerTakes, to.OptOutWords, to.Version),
                Ct
            );
    }
}
