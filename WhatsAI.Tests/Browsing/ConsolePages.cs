using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Web.Inbox;

namespace WhatsAI.Tests.Browsing;

/// <summary>Every page of a company, found by its route, so that a new page is looked at without being asked.</summary>
internal static partial class ConsolePages
{
    /// <summary>Paths behind <c>/t/{slug}/</c>, with real ids in the place of parameters.</summary>
    public static IReadOnlyList<string> All(IReadOnlyDictionary<string, string> ids) =>
        [
            .. typeof(InboxPage)
                .Assembly.GetTypes()
                .SelectMany(t => t.GetCustomAttributes<RouteAttribute>())
                .Where(r => r.Template.StartsWith(Prefix, StringComparison.Ordinal))
                .Select(r => Parameter().Replace(r.Template[Prefix.Length..], m => Real(ids, r.Template, m)))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>A conversation with every kind of message, and the number it came to.</summary>
    public static async Task<Dictionary<string, string>> IdsAsync(ConsoleWorld world)
    {
        var rita = world.NewCustomer("Rita");
        foreach (var kind in SandboxWrite.Kinds.Where(k => k is not "status" and not "reaction"))
        {
            await world.WriteAsync(rita, new SandboxWrite { Kind = kind });
        }

        await world.WriteAsync(rita, new SandboxWrite { FromMe = true, Text = "pelo celular" });
        var conversation = await world.ConversationAsync(rita);
        var pool = await world.PoolAsync(rita.Name, (world.Shop, WhatsAI.Core.Instances.Pools.MemberRole.Warming));
        return new(StringComparer.Ordinal)
        {
            ["inbox/{conversationId}"] = conversation.ToString(),
            ["contacts/imports/{importId}"] = (await world.ImportAsync()).ToString(),
            ["contacts/{contactId}"] = (await world.ContactAsync(rita)).ToString(),
            ["campaigns/{campaignId}/edit"] = (await world.CampaignAsync()).ToString(),
            ["campaigns/templates/{templateId}"] = (await world.TemplateAsync()).ToString(),
            ["campaigns/{campaignId}"] = (await LaunchedCampaign.CreateAsync(world, $"Campanha {rita.Name}")).Id.ToString(),
            ["numbers/{id}"] = world.Shop.Id.ToString(),
            ["numbers/{id}/tape"] = world.Shop.Id.ToString(),
            ["numbers/failovers/{id}"] = (await world.FailoverAsync()).ToString(),
            ["numbers/pools/{id}"] = pool.ToString(),
        };
    }

    private const string Prefix = "/t/{slug}/";

    private static string Real(IReadOnlyDictionary<string, string> ids, string template, Match parameter) =>
        ids.FirstOrDefault(i => template == Prefix + i.Key).Value
        ?? throw new InvalidOperationException($"Say in {nameof(IdsAsync)} what {parameter.Value} of {template} may be.");

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
