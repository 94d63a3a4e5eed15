using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using Radzen;
using WhatsAI.Core.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Common;
using WhatsAI.Web.Layout;

namespace WhatsAI.Tests.Layout;

public sealed class MainLayoutTests : ComponentContext
{
    public MainLayoutTests()
    {
        // It reads for itself what the member said; the layout only gives it its place.
        ComponentFactories.AddStub<WhatsAI.Web.Inbox.PresenceChoice>();
        ComponentFactories.AddStub<WhatsAI.Web.Inbox.Notices.NoticeBell>();
        Services.AddRadzenComponents();
        Services.AddScoped<ICommandSource, PageCommands>();
        Services.AddSingleton<AntiforgeryStateProvider, NoToken>();
    }

    [Fact]
    public void Rail_shows_what_waits()
    {
        var layout = Draw(new ShellBadges(Unread: 14, Alerts: 2));

        layout.Find(".app-rail a[href='/t/aurora/inbox'].nav .count").GetAttribute("aria-label").ShouldBe("14 unread");
        layout.Find(".app-rail a[href='/t/aurora/numbers'] .count.critical").GetAttribute("aria-label").ShouldBe("2 need attention");
        layout.FindAll(".app-rail a[href='/t/aurora/settings'] .count").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Role.Owner, true)]
    [InlineData(Role.Manager, false)]
    [InlineData(Role.Agent, false)]
    public void Door_that_is_shut_is_not_drawn(Role role, bool drawn)
    {
        var layout = Draw(shell: Shell with { Permissions = RolePermissions.Of(role) });

        layout.FindAll(".app-rail a[href='/t/aurora/settings']").Count.ShouldBe(drawn ? 1 : 0);
        layout.FindAll(".app-bottom a[href='/t/aurora/settings']").Count.ShouldBe(drawn ? 1 : 0);
        layout.FindAll(".app-rail a[href='/t/aurora/numbers']").ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(Role.Owner, "/t/aurora/settings")]
    [InlineData(Role.Manager, "/t/aurora/settings/canned")]
    [InlineData(Role.Agent, "/t/aurora/settings/canned")]
    public void Settings_open_with_the_first_page_that_the_member_may_open(Role role, string page)
    {
        var layout = Draw(shell: Shell with { Permissions = RolePermissions.Of(role) });

        layout.Find(".app-rail a.nav[href^='/t/aurora/settings']").GetAttribute("href").ShouldBe(page);
        layout.Find(".app-bottom a.nav[href^='/t/aurora/settings']").GetAttribute("href").ShouldBe(page);
    }

    [Fact]
    public void Tenants_are_switched_by_a_page_load()
    {
        var layout = Draw();

        var links = layout.FindAll(".app-top a[href^='/t/'][aria-checked]");
        links.Select(l => l.GetAttribute("href")).ShouldBe(["/t/aurora/inbox", "/t/sol/inbox"]);
        links.ShouldAllBe(l => l.GetAttribute("target") == "_top");
        links.Select(l => l.GetAttribute("aria-checked")).ShouldBe(["true", "false"]);
    }

    [Fact]
    public void Page_that_breaks_leaves_the_shell_standing_and_recovers()
    {
        var layout = Draw(body: b => b.AddMarkupContent(0, Broken ? throw new InvalidOperationException() : "<p>fine</p>"));
        layout.Find(".app-main .error-state").ShouldNotBeNull();
        layout.Find(".app-rail").ShouldNotBeNull();

        Broken = false;
        layout.Find(".app-main .error-state button").Click();

        layout.Find(".app-main p").TextContent.ShouldBe("fine");
    }

    [Fact]
    public void Without_a_tenant_there_is_only_the_page()
    {
        var layout = Render<MainLayout>(p => p.Add<RenderFragment>(l => l.Body!, b => b.AddContent(0, "page")));

        layout.Find("main").TextContent.ShouldContain("page");
        layout.FindAll(".app-rail").ShouldBeEmpty();
    }

    [Fact]
    public void Shortcuts_of_a_page_go_with_it()
    {
        var layout = Draw();
        var list = Services.GetRequiredService<ShortcutList>();

        var added = list.Add("Inbox", new Shortcut("J", "Jump ahead"));
        layout.WaitForAssertion(() => layout.Find("#shortcuts").TextContent.ShouldContain("Jump ahead"));
        added.Dispose();

        layout.WaitForAssertion(() => layout.Find("#shortcuts").TextContent.ShouldNotContain("Jump ahead"));
    }

    private bool Broken { get; set; } = true;

    private IRenderedComponent<MainLayout> Draw(ShellBadges? badges = null, RenderFragment? body = null, ShellContext? shell = null) =>
        Render<MainLayout>(p =>
        {
            p.AddCascadingValue(shell ?? Shell).Add<RenderFragment>(l => l.Body!, body ?? (b => b.AddContent(0, "page")));
            if (badges is not null)
            {
                p.AddCascadingValue(badges);
            }
        });

    private sealed class NoToken : AntiforgeryStateProvider
    {
        public override AntiforgeryRequestToken? GetAntiforgeryToken() => null;
    }
}
