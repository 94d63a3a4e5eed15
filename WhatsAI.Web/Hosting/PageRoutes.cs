using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Routing.Template;

namespace WhatsAI.Web.Hosting;

/// <summary>Which page an address is of, by the templates that the pages carry.</summary>
internal sealed class PageRoutes(Assembly pages)
{
    /// <summary>For addresses that are of no page; whoever types one makes no new name.</summary>
    public const string Unknown = "unknown";

    // The most literal first, as routing does.
    private readonly TemplateMatcher[] _matchers =
    [
        .. pages
            .GetTypes()
            .SelectMany(t => t.GetCustomAttributes<RouteAttribute>(inherit: false))
            .Select(r => TemplateParser.Parse(r.Template))
            .OrderBy(RoutePrecedence.ComputeInbound)
            .Select(t => new TemplateMatcher(t, [])),
    ];

    public string TemplateOf(string path) =>
        _matchers.FirstOrDefault(m => m.TryMatch(path, []))?.Template.TemplateText is { } template
            ? $"/{template.TrimStart('/')}"
            : Unknown;
}
