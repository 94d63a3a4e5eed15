using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests;

/// <summary>The shape of the program, where a reviewer would otherwise have to watch it.</summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly _core = typeof(RuleException).Assembly;
    private static readonly Assembly _infrastructure = typeof(ConsoleDb).Assembly;

    [Fact]
    public void Only_the_newest_migration_carries_its_model() =>
        Directory
            .GetFiles(Path.Combine(Repository.Root, "WhatsAI.Infrastructure", "Persistence", "Migrations"), "*.Designer.cs")
            .Order(StringComparer.Ordinal)
            .SkipLast(1)
            .Where(f => File.ReadAllText(f).Contains("BuildTargetModel", StringComparison.Ordinal))
            .Select(Path.GetFileName)
            .ShouldBeEmpty("run build/slim-migrations.sh");

    [Fact]
    public void Core_knows_no_database_web_scheduler_or_task()
    {
        string[] forbidden = ["Microsoft.EntityFrameworkCore", "Microsoft.AspNetCore", "Quartz", "Npgsql", "System.Net.Http"];

        _core.GetReferencedAssemblies().Select(a => a.Name!).Where(n => forbidden.Any(n.StartsWith)).ShouldBeEmpty();
        _core
            .GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(m => typeof(Task).IsAssignableFrom(m.ReturnType))
            .Select(m => $"{m.DeclaringType!.Name}.{m.Name}")
            .ShouldBeEmpty();
    }

    [Fact]
    public void Infrastructure_knows_no_components() =>
        _infrastructure
            .GetReferencedAssemblies()
            .Select(a => a.Name!)
            .ShouldNotContain(n => n.StartsWith("Microsoft.AspNetCore.Components", StringComparison.Ordinal));

    [Fact]
    public void Every_tenant_owned_entity_is_filtered()
    {
        using var db = new ConsoleDb(new DbContextOptionsBuilder<ConsoleDb>().UseNpgsql("Host=/nowhere").Options, new CurrentTenant());

        db.Model.GetEntityTypes()
            .Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType) && e.FindDeclaredQueryFilter(ConsoleDb.TenantFilter) is null)
            .Select(e => e.ClrType.Name)
            .ShouldBeEmpty();
    }

    [Fact]
    public void No_name_says_service_manager_or_helper()
    {
        string[] vague = ["Service", "Manager", "Helper", "Util", "Utils"];

        new[] { _core, _infrastructure, typeof(WhatsAI.Web.Hosting.ConsoleHost).Assembly }
            .SelectMany(a => a.GetTypes())
            .Where(t => t.Namespace?.StartsWith("WhatsAI", StringComparison.Ordinal) == true && vague.Any(t.Name.EndsWith))
            .Select(t => t.FullName)
            .ShouldBeEmpty();
    }

    [Fact]
    public void Components_below_pages_and_dialogs_inject_no_actions_or_queries() =>
        typeof(WhatsAI.Web.Hosting.ConsoleHost)
            .Assembly.GetTypes()
            .Where(t =>
                typeof(ComponentBase).IsAssignableFrom(t)
                && !t.IsDefined(typeof(RouteAttribute))
                // a part that is live by itself is a small page: what it shows must not make its whole page read again
                && !typeof(WhatsAI.Web.Common.LiveComponent).IsAssignableFrom(t)
                // uploads and sends under way outlive a redraw of the page, so the composer owns them
                && t != typeof(WhatsAI.Web.Inbox.Composer)
                // what is typed next breaks off the search before it, so what shows the results owns it
                && t != typeof(WhatsAI.Web.Inbox.Search.SearchResults)
                && !t.Name.EndsWith("Page", StringComparison.Ordinal)
                && !t.Name.EndsWith("Dialog", StringComparison.Ordinal)
                && !t.Name.EndsWith("Layout", StringComparison.Ordinal)
                && !t.Name.EndsWith("Gate", StringComparison.Ordinal)
            )
            .SelectMany(t => Injected(t).Select(i => (Component: t.Name, Injected: i.Name)))
            .Where(x =>
                x.Injected.EndsWith("Actions", StringComparison.Ordinal) || x.Injected.EndsWith("Queries", StringComparison.Ordinal)
            )
            .ShouldBeEmpty();

    // Waits are measured with a stopwatch: the wall's clock may be set while they last.
    [Fact]
    public void No_product_code_reads_the_clock_of_the_wall() =>
        new[] { "WhatsAI.Core", "WhatsAI.Infrastructure", "WhatsAI.Web" }
            .SelectMany(project => Repository.Files(project, "*.cs", "*.razor"))
            .Where(f => Regex.IsMatch(File.ReadAllText(f), @"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b"))
            .ShouldBeEmpty();

    [Fact]
    public void No_source_file_grows_past_what_one_can_hold_in_mind()
    {
        var tooLong = new[] { "WhatsAI.Core", "WhatsAI.Infrastructure", "WhatsAI.Web", "WhatsAI.Tests" }
            .SelectMany(project => Repository.Files(project, "*.cs", "*.razor"))
            .Where(f => !f.Contains("/Migrations/", StringComparison.Ordinal))
            .Select(f => (File: f, Lines: File.ReadAllLines(f).Length))
            .Where(f => f.Lines > (f.File.EndsWith(".razor", StringComparison.Ordinal) ? 200 : 420))
            .Select(f => $"{f.Lines} {f.File}");

        tooLong.ShouldBeEmpty();
    }

    private static IEnumerable<Type> Injected(Type component) =>
        component
            .GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(p => p.IsDefined(typeof(InjectAttribute)))
            .Select(p => p.PropertyType)
            .Concat(component.GetConstructors().SelectMany(c => c.GetParameters()).Select(p => p.ParameterType));

    [Fact]
    public void Text_parameter_is_given_a_value_and_not_its_name()
    {
        var texts = typeof(Program)
            .Assembly.GetTypes()
            .Where(typeof(IComponent).IsAssignableFrom)
            .SelectMany(t =>
                t.GetProperties()
                    .Where(p => p.PropertyType == typeof(string) && p.IsDefined(typeof(ParameterAttribute), true))
                    .Select(p => (t.Name, Parameter: p.Name))
            )
            .ToHashSet();

        var wrong =
            from file in Repository.Files("WhatsAI.Web", "*.razor")
            let text = File.ReadAllText(file)
            from given in Regex.Matches(text, "(?<=\\s)(?<name>\\w+)=\"_")
            let tag = Regex.Match(text[..given.Index], "<(?<name>\\w+)", RegexOptions.RightToLeft).Groups["name"].Value
            where texts.Contains((tag, given.Groups["name"].Value))
            select $"{Path.GetFileName(file)}: {tag} {given.Groups["name"].Value}";

        wrong.ShouldBeEmpty();
    }
}
