using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Common;
using WhatsAI.Web.Layout;
using WhatsAI.Web.Tenancy;

namespace WhatsAI.Tests.Layout;

public sealed class CommandPaletteTests : ComponentContext
{
    private readonly Source _source = new();

    public CommandPaletteTests()
    {
        Services.AddScoped<ICommandSource, PageCommands>();
        Services.AddScoped<ICommandSource, SettingsCommands>();
        Services.AddSingleton<ICommandSource>(_source);
    }

    [Fact]
    public void Palette_opened_lists_the_pages()
    {
        var palette = Opened();

        palette.FindAll("[role=option]")[0].TextContent.ShouldContain("Inbox");
        palette.Find("[role=combobox]").GetAttribute("aria-activedescendant").ShouldBe("palette-0");
    }

    [Fact]
    public void Page_that_the_member_may_not_open_is_not_found()
    {
        var palette = Opened(Shell with { Permissions = RolePermissions.Of(Role.Agent) });
        palette.FindAll("[role=option]").Select(o => o.TextContent.Trim()).ShouldNotContain(o => o.Contains("Settings"));

        palette.Find("input").Input("settings");

        palette.FindAll("[role=option]").ShouldBeEmpty();
    }

    [Fact]
    public void Page_of_the_settings_is_found_by_who_may_open_it()
    {
        var palette = Opened();
        palette.Find("input").Input("members");
        palette.Find("input").KeyDown("Enter");
        Services.GetRequiredService<NavigationManager>().Uri.ShouldEndWith("/t/aurora/settings/members");

        var agents = Opened(Shell with { Permissions = RolePermissions.Of(Role.Agent) });
        agents.Find("input").Input("members");
        agents.FindAll("[role=option]").ShouldBeEmpty();
    }

    [Fact]
    public void Enter_goes_to_the_active_line()
    {
        var palette = Opened();

        palette.Find("input").Input("numb");
        palette.Find("input").KeyDown("Enter");

        Services.GetRequiredService<NavigationManager>().Uri.ShouldEndWith("/t/aurora/numbers");
    }

    [Fact]
    public void Arrows_go_round()
    {
        var palette = Opened();
        var last = palette.FindAll("[role=option]").Count - 1;

        palette.Find("input").KeyDown("ArrowUp");
        palette.FindAll("[role=option]")[last].GetAttribute("aria-selected").ShouldBe("true");
        palette.Find("input").KeyDown("ArrowDown");
        palette.FindAll("[role=option]")[0].GetAttribute("aria-selected").ShouldBe("true");
    }

    [Fact]
    public void Enter_pressed_before_the_answer_takes_what_the_last_letter_finds()
    {
        var palette = Opened();
        _source.Hold("marina");

        palette.Find("input").Input("marina");
        var enter = palette.Find("input").KeyDownAsync("Enter");
        _source.Release(Command.Go("Contacts", "person", "Marina Albuquerque", "/t/aurora/inbox/1"));

        palette.WaitForAssertion(() => Services.GetRequiredService<NavigationManager>().Uri.ShouldEndWith("/t/aurora/inbox/1"));
        enter.IsFaulted.ShouldBeFalse();
    }

    [Fact]
    public void Overtaken_search_shows_nothing()
    {
        var palette = Opened();
        _source.Hold("mar");

        palette.Find("input").Input("mar");
        palette.Find("input").Input("numb");
        _source.Release(Command.Go("Contacts", "person", "Marina", "/m"));

        palette.WaitForAssertion(() => palette.FindAll("[role=option]").ShouldHaveSingleItem().TextContent.ShouldContain("Numbers"));
    }

    [Fact]
    public void Source_whose_database_is_away_leaves_the_others_standing()
    {
        var palette = Opened();
        _source.Refuse(new Npgsql.NpgsqlException("refused"));

        palette.Find("input").Input("numb");

        palette.FindAll("[role=option]").ShouldHaveSingleItem().TextContent.ShouldContain("Numbers");
        palette.Find(".palette-none").TextContent.ShouldContain("database");
        Renderer.UnhandledException.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Nothing_found_says_so()
    {
        var palette = Opened();

        palette.Find("input").Input("qqq");

        palette.Find(".palette-none").TextContent.ShouldContain("qqq");
    }

    private IRenderedComponent<CommandPalette> Opened(ShellContext? shell = null)
    {
        var palette = Render<CommandPalette>(p => p.Add(c => c.Shell, shell ?? Shell));
        palette.Find("input").Focus();
        return palette;
    }

    /// <summary>Answers one text only when it is told to.</summary>
    private sealed class Source : ICommandSource
    {
        private readonly TaskCompletionSource<IReadOnlyList<Command>> _answer = new();
        private string? _held;
        private Exception? _refusal;

        public void Refuse(Exception refusal) => _refusal = refusal;

        public void Hold(string text) => _held = text;

        public void Release(Command command) => _answer.SetResult([command]);

        public Task<IReadOnlyList<Command>> FindAsync(CommandQuery query, CancellationToken overtaken) =>
            _refusal is not null ? Task.FromException<IReadOnlyList<Command>>(_refusal)
            : query.Text == _held ? _answer.Task.WaitAsync(overtaken)
            : Task.FromResult<IReadOnlyList<Command>>([]);
    }
}
