using Microsoft.Playwright;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Crash;

/// <summary>The copy behind an open inbox is killed under the agent's hands.</summary>
[Collection("processes")]
public sealed class KilledCircuitTests(Browser browser, ITestOutputHelper output)
{
    private const string Email = "ana@aurora.example";
    private const string Password = "correct horse battery";

    [Fact]
    public async Task What_was_missed_is_there_when_the_copy_is_back_the_draft_is_kept_and_nothing_goes_out_twice()
    {
        SetDefaultExpectTimeout(30_000);
        var random = Rounds.Seeded(output);
        await using var sandbox = new SandboxProcess();
        await sandbox.InitializeAsync();
        await using var cluster = await OwnCluster.StartAsync();
        await using var console = await ConsoleProcess.StartAsync(cluster.Settings);
        await console.CommandAsync("tenant", "add", "--name", "Aurora", "--slug", "aurora", "--owner-email", Email, "--password", Password);
        await using var world = new CrashWorld(cluster.App, cluster.Owner, sandbox);
        await world.UseTenantAsync("aurora");
        var number = await world.AddNumberAsync(console.Address, new SandboxBehaviour { DeliveredMs = 200, ReadMs = 400 });
        await WriteAsync("mensagem 0");
        var conversation = (await world.ConversationsAsync(number, 1))[0];

        await browser.RunAsync(
            async visit =>
            {
                var page = await SignInAsync(visit, console.Address);
                await page.GotoAsync($"/t/aurora/inbox/{conversation}");
                var (input, words) = (page.Locator("[data-input]"), page.Locator(".messages .msg .words"));
                await Expect(page.Locator("[data-input][style*=height]")).ToBeVisibleAsync();
                var (heard, answers) = (new List<string> { "mensagem 0" }, new List<string>());
                for (var i = 1; i <= Rounds.Count; i++)
                {
                    await input.FillAsync($"rascunho {i}");
                    await console.KillHardAsync();
                    await Expect(page.Locator(".live [data-when=live]")).ToBeHiddenAsync();
                    for (var n = 0; n < 3; n++)
                    {
                        heard.Add($"mensagem {i}.{n}");
                        await WriteAsync(heard[^1]);
                    }

                    await Task.Delay(random.Next(500, Rounds.Long ? 60_000 : 10_000), TestContext.Current.CancellationToken);
                    await console.StartAgainAsync();

                    // A page that loads anew begins with the last fifty.
                    foreach (var text in heard.TakeLast(12))
                    {
                        await Expect(words.Filter(new LocatorFilterOptions { HasTextString = text }).First).ToBeVisibleAsync();
                    }

                    await Expect(input).ToHaveValueAsync($"rascunho {i}");
                    await Expect(page.Locator("[data-input][style*=height]")).ToBeVisibleAsync();
                    await Expect(page.Locator(".live [data-when=live]")).ToBeVisibleAsync();
                    await input.PressAsync("Enter");
                    answers.Add($"rascunho {i}");
                    await Expect(words.Filter(new LocatorFilterOptions { HasTextString = answers[^1] })).ToHaveCountAsync(1);
                    await Wait.UntilAsync(() => sandbox.Sends(number.Name).Count >= i, "the answer goes out", 40);
                }

                sandbox.Sends(number.Name).Select(s => s.Text).ShouldBe(answers);
            },
            // Whatever a browser says of a server that is not there.
            _ => true
        );

        Task WriteAsync(string text) =>
            sandbox.Control.WriteAsync(
                number.Name,
                new SandboxWrite
                {
                    From = "5511977770001",
                    Name = "Lívia",
                    Text = text,
                }
            );
    }

    private static async Task<IPage> SignInAsync(Visit visit, Uri console)
    {
        var page = await visit.OpenAsync(console.ToString());
        page.SetDefaultTimeout(30_000);
        await page.GotoAsync("/sign-in");
        await page.Locator("[name='Form.Email']").FillAsync(Email);
        await page.Locator("[name='Form.Password']").FillAsync(Password);
        await page.Locator("form .btn-primary").ClickAsync();
        await page.WaitForURLAsync("**/t/**");
        return page;
    }
}
