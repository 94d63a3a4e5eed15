using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

[Collection(typeof(BrowsingGroup))]
public sealed class VoiceBrowserTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Recording_survives_a_reload_and_a_lost_link_and_arrives_once_as_a_voice_message() =>
        await browser.RunAsync(
            async visit =>
            {
                var lia = world.NewCustomer("Lia");
                await world.WriteAsync(lia, "pode me explicar?");
                var ana = await world.OpenAsync(visit, "inbox");
                await ana.OpenAsync(lia);
                var page = ana.Page;
                var recorder = page.Locator("[data-recorder]");
                var refused = page.Locator("[data-problem]");

                await page.EvaluateAsync(
                    "() => { window.ask = navigator.mediaDevices.getUserMedia; navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError')); }"
                );
                await page.Locator("[data-record]").ClickAsync();
                await Expect(refused).ToContainTextAsync("Permita nas configurações do site");
                await Expect(recorder).ToBeHiddenAsync();
                await page.EvaluateAsync("() => { navigator.mediaDevices.getUserMedia = window.ask; }");

                await page.Locator(".thread-head h1").FocusAsync();
                await page.Keyboard.PressAsync("g");
                await Expect(recorder).ToHaveAttributeAsync("data-state", "recording");
                await Expect(refused).ToBeHiddenAsync();
                await page.ShouldBeAccessibleAsync();
                var clock = recorder.Locator("[data-voice-clock]");
                await Expect(clock).ToHaveTextAsync(new Regex("^0:(0[2-9]|[1-5][0-9])$"));
                await page.Keyboard.PressAsync("Enter"); // the focus is on "stop"
                await Expect(recorder).ToHaveAttributeAsync("data-state", "ready");
                var length = (await clock.TextContentAsync())!;
                await recorder.Locator("[data-voice-listen]").ClickAsync();
                await Expect(recorder.Locator("[data-voice-listen]")).ToHaveAttributeAsync("aria-label", "Pausar");

                await page.ReloadAsync();
                await ana.ReadyAsync();
                await Expect(recorder).ToHaveAttributeAsync("data-state", "ready");
                await page.ShouldBeAccessibleAsync();

                await page.RouteAsync("**/voice?*", route => route.AbortAsync());
                await recorder.Locator("[data-voice-send]").ClickAsync();
                await Expect(recorder).ToContainTextAsync("sai assim que voltar");
                await page.UnrouteAllAsync();
                await page.EvaluateAsync("() => dispatchEvent(new Event('online'))");
                await Expect(recorder).ToBeHiddenAsync();

                var message = page.Locator(".messages .msg.out");
                await Expect(message.Locator(".voice")).ToHaveCountAsync(1);
                await Expect(message.Locator(".voice")).ToContainTextAsync($"0:00 / {length}");
                await Expect(message.Locator(".meta .icon")).Not.ToHaveTextAsync("schedule");
                var sent = world.Sandbox.Sends(world.Shop.Name).Single(s => s.Number!.Contains(lia.Phone[^8..], StringComparison.Ordinal));
                sent.Type.ShouldBe("audioMessage");
                sent.Bytes.ShouldNotBeNull().ShouldBeGreaterThan(1_000);
                await message.Locator("[data-voice-play]").ClickAsync();
                await Expect(message.Locator(".wave i[data-played]")).Not.ToHaveCountAsync(0);
            },
            error => error.Contains("/voice?", StringComparison.Ordinal) || error.Contains("ERR_FAILED", StringComparison.Ordinal)
        );
}
