using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace WhatsAI.Bench;

/// <summary>The least a page can be: 40 rows and 40 messages, and every push puts a row on top in all circuits.</summary>
internal static class BarePage
{
    private static ImmutableList<string> _rows =
    [
        .. Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"row {i}")),
    ];

    public static event Action? Pushed;

    public static IReadOnlyList<string> Rows => _rows;

    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddRoutingCore();
        builder.Services.AddAntiforgery();
        builder.Services.AddLogging();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
    }

    public static void Map(WebApplication app)
    {
        app.UseRouting();
        app.UseAntiforgery();
        app.MapPost(
                "/push/{text}",
                (string text) =>
                {
                    ImmutableInterlocked.Update(ref _rows, rows => rows.Insert(0, text).RemoveAt(rows.Count));
                    Pushed?.Invoke();
                    return Results.Ok();
                }
            )
            .DisableAntiforgery();
        app.MapRazorComponents<BareRoot>().AddInteractiveServerRenderMode();
    }
}

[Route("/")]
public sealed class BareRoot : ComponentBase
{
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "html");
        builder.OpenElement(1, "body");
        builder.OpenComponent<BareList>(2);
        builder.AddComponentRenderMode(new InteractiveServerRenderMode(prerender: false));
        builder.CloseComponent();
        builder.CloseElement();
        builder.CloseElement();
    }
}

public sealed class BareList : ComponentBase, IDisposable
{
    protected override void OnInitialized() => BarePage.Pushed += Draw;

    public void Dispose() => BarePage.Pushed -= Draw;

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        foreach (var row in BarePage.Rows)
        {
            Row(builder, row, "preview of " + row);
        }

        for (var i = 0; i < 40; i++)
        {
            Row(builder, "message", "what a customer wrote, or what an agent answered");
        }
    }

    private static void Row(RenderTreeBuilder builder, string title, string text)
    {
        builder.OpenElement(0, "a");
        builder.SetKey(null);
        builder.AddAttribute(1, "class", "cv");
        builder.OpenElement(2, "strong");
        builder.AddContent(3, title);
        builder.CloseElement();
        builder.OpenElement(4, "span");
        builder.AddContent(5, text);
        builder.CloseElement();
        builder.CloseElement();
    }

    private void Draw() => _ = InvokeAsync(StateHasChanged);
}
