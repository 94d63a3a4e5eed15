using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Hosting;
using WhatsAI.Web.Inbox;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Hosting;

/// <summary>A page with the same key twice in a list: what kills a circuit past every error boundary.</summary>
public sealed class CircuitDeathTests(Browser browser)
{
    private const string Password = "correct horse battery";
    private const string Page = "/t/{slug}/inbox/{conversationId}";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dead_circuit_is_counted_logged_with_its_page_and_shown_in_metrics_and_health()
    {
        await using var console = await ConsoleApp.StartAsync(services =>
        {
            services.AddScoped<IComponentActivator, Saboteur>();
            services.AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<CircuitDeaths>());
        });
        using var log = console.Log.Record();
        await console.AddTenantAsync("ana@aurora.example", Password);
        using var http = new HttpClient { BaseAddress = new Uri(console.Address) };
        (await DeadAsync(http)).ShouldBe([0, 0]);
        var conversation = Guid.NewGuid();

        await browser.RunAsync(
            async visit =>
            {
                var page = await visit.OpenAsync(console.Address, "en");
                await page.GotoAsync("/sign-in");
                await page.Locator("[name='Form.Email']").FillAsync("ana@aurora.example");
                await page.Locator("[name='Form.Password']").FillAsync(Password);
                await page.Locator("form .btn-primary").ClickAsync();
                await page.WaitForURLAsync("**/t/aurora/**");
                await page.GotoAsync($"/t/aurora/inbox/{conversation}");
                await page.Locator("#break").ClickAsync();
                await Wait.UntilAsync(async () => await DeadAsync(http) is [1, 1], "the death is told by both health addresses");

                var health = await visit.OpenAsync(console.Address, "en");
                await health.Context.AddCookiesAsync(await SessionAsync(page, console));
                await health.GotoAsync("/t/aurora/settings/health");
                var system = health.Locator("section", new PageLocatorOptions { Has = health.Locator("#system-title") });
                await Expect(system).ToContainTextAsync("1 since this copy started");
                await Expect(system).ToContainTextAsync(Page);
                await Expect(system).Not.ToContainTextAsync(conversation.ToString());
            },
            expected: _ => true
        );

        (await http.GetStringAsync("/metrics", Ct)).ShouldContain($"whatsai_circuits_died_total{{page=\"{Page}\"}} 1");
        var deaths = console.Services.GetRequiredService<CircuitDeaths>();
        deaths.Of("aurora").ShouldHaveSingleItem().Failure.ShouldBe(nameof(InvalidOperationException));
        deaths.Of("another").ShouldBeEmpty();
        var line = log.Lines.Where(l => l.Contains(nameof(CircuitMeter), StringComparison.Ordinal)).ShouldHaveSingleItem();
        line.ShouldStartWith($"Error {typeof(CircuitMeter).FullName} A screen died at {Page}: {nameof(InvalidOperationException)}");
        line.ShouldNotContain(conversation.ToString());
    }

    private static async Task<int[]> DeadAsync(HttpClient http)
    {
        var counts = new List<int>();
        foreach (var path in new[] { "/health/live", "/health/ready" })
        {
            using var answer = await http.GetAsync(path, Ct);
            answer.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable);
            counts.Add((await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("deadCircuits").GetInt32());
        }

        return [.. counts];
    }

    private static async Task<IEnumerable<Microsoft.Playwright.Cookie>> SessionAsync(IPage page, ConsoleApp console) =>
        (await page.Context.CookiesAsync())
            .Where(c => c.Name == "console-session")
            .Select(c => new Microsoft.Playwright.Cookie
            {
                Name = c.Name,
                Value = c.Value,
                Url = console.Address,
                HttpOnly = true,
            });

    private sealed class Saboteur(IServiceProvider services) : IComponentActivator
    {
        public IComponent CreateInstance(Type componentType) =>
            componentType == typeof(InboxPage) ? new Broken() : (IComponent)ActivatorUtilities.CreateInstance(services, componentType);
    }

    private sealed class Broken : IComponent, IHandleEvent
    {
        private readonly string[] _keys = ["a", "b"];
        private RenderHandle _handle;

        public void Attach(RenderHandle renderHandle) => _handle = renderHandle;

        public Task SetParametersAsync(ParameterView parameters)
        {
            _handle.Render(Build);
            return Task.CompletedTask;
        }

        public Task HandleEventAsync(EventCallbackWorkItem item, object? arg)
        {
            _keys[0] = "b";
            _handle.Render(Build);
            return Task.CompletedTask;
        }

        private void Build(RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "button");
            builder.AddAttribute(1, "id", "break");
            builder.AddAttribute(2, "onclick", EventCallback.Factory.Create<MouseEventArgs>(this, () => { }));
            builder.CloseElement();
            foreach (var key in _keys)
            {
                builder.OpenElement(3, "p");
                builder.SetKey(key);
                builder.CloseElement();
            }
        }
    }
}
