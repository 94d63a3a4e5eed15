using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Attacks;

/// <summary>The running console's own list of what it answers to, but for the files of its pages.</summary>
internal static partial class Addresses
{
    public static IReadOnlyList<RouteEndpoint> Endpoints(ConsoleApp console) =>
        [
            .. console
                .Services.GetRequiredService<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Where(e => e.Metadata.GetMetadata<StaticAssetDescriptor>() is null && e.RoutePattern.RawText is not null),
        ];

    /// <summary>Every address, of one company, with the ids of another in it.</summary>
    public static IEnumerable<(string Pattern, string Path)> All(ConsoleApp console, Company slug, Company things) =>
        Endpoints(console)
            .Select(e => e.RoutePattern.RawText!)
            .Distinct()
            .Select(pattern => (pattern, Parameter().Replace(pattern, m => Value(pattern, m.Groups[1].Value, slug, things))))
            .Select(p => (p.pattern, p.Item2.StartsWith('/') ? p.Item2 : "/" + p.Item2));

    public static bool IsPage(ConsoleApp console, string pattern) =>
        Endpoints(console).Any(e => e.RoutePattern.RawText == pattern && e.Metadata.GetMetadata<ComponentTypeMetadata>() is not null);

    public static int Parameters(string pattern) => Parameter().Count(pattern);

    private static string Value(string pattern, string name, Company slug, Company things) =>
        (pattern, name) switch
        {
            (_, "slug") => slug.Tenant.Slug,
            (_, "mediaId") => things.File.ToString(),
            (_, "conversationId") => things.Conversation.ToString(),
            (_, "campaignId" or "contactId" or "importId" or "templateId") => things.Pool.ToString(),
            ("/t/{slug}/numbers/{id}" or "/t/{slug}/numbers/{id}/tape" or "/t/{slug}/numbers/{id}/tape/export", "id") =>
                things.Number.ToString(),
            // Nothing that an address names here is theirs to see: the pages ask by themselves.
            ("/t/{slug}/numbers/failovers/{id}", "id") => things.Pool.ToString(),
            ("/t/{slug}/numbers/pools/{id}", "id") => things.Pool.ToString(),
            (_, "route") => things.Route,
            (_, "**event") => "messages-upsert",
            (_, "culture") => "en",
            (_, "**path") => "no-such-file.css",
            _ => throw new InvalidOperationException($"Say here what {name} of {pattern} may be."),
        };

    [GeneratedRegex(@"\{([^}:?]+)[^}]*\}")]
    private static partial Regex Parameter();
}
