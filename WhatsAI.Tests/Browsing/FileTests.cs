using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

[Collection(typeof(BrowsingGroup))]
public sealed class FileTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task Customers_picture_is_shown_and_his_document_downloads() =>
        await browser.RunAsync(async visit =>
        {
            var hugo = world.NewCustomer("Hugo");
            await world.WriteAsync(hugo, new SandboxWrite { Kind = "image", Text = "veja a etiqueta" });
            await world.WriteAsync(hugo, new SandboxWrite { Kind = "document", FileName = "Pedido nº 7.pdf" });
            var ana = await world.OpenAsync(visit, "inbox");
            await ana.OpenAsync(hugo);

            await ShouldBeDrawnAsync(ana.Message("veja a etiqueta").Locator(".picture img"));
            var document = ana.Page.Locator("a.doc");
            await Expect(document).ToContainTextAsync("Pedido nº 7.pdf");
            var download = await ana.Page.RunAndWaitForDownloadAsync(() => document.ClickAsync());
            download.SuggestedFilename.ShouldBe("Pedido nº 7.pdf");
            await using var bytes = await download.CreateReadStreamAsync();
            using var reader = new StreamReader(bytes);
            (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldStartWith("%PDF");
        });

    [Fact]
    public async Task Agents_picture_is_previewed_and_goes_out_with_its_words() =>
        await browser.RunAsync(async visit =>
        {
            var iris = world.NewCustomer("Íris");
            await world.WriteAsync(iris, "tem foto do produto?");
            var ana = await world.OpenAsync(visit, "inbox");
            await ana.OpenAsync(iris);
            var png = await ana.Page.ScreenshotAsync(
                new PageScreenshotOptions
                {
                    Clip = new Clip { Width = 200, Height = 150 },
                }
            );

            await AttachAsync(ana, "produto.png", "image/png", png);
            await ShouldBeDrawnAsync(ana.Page.Locator(".attachment img"));
            await ana.SendAsync("Tem sim.");

            await ShouldBeDrawnAsync(ana.Message("Tem sim.").Locator(".picture img"));
            await Expect(ana.Tick("Tem sim.")).Not.ToHaveTextAsync("schedule");
            await Expect(ana.Page.Locator(".attachment")).ToHaveCountAsync(0);
            var sent = world.Sandbox.Sends(world.Shop.Name).Single(s => s.Number!.Contains(iris.Phone[^8..], StringComparison.Ordinal));
            sent.Type.ShouldBe("imageMessage");
            sent.Bytes.ShouldBe(png.Length);
            sent.Text.ShouldBe("Tem sim.");
        });

    [Fact]
    public async Task Forbidden_file_gets_a_sentence_and_what_was_typed_stays() =>
        await browser.RunAsync(async visit =>
        {
            var joao = world.NewCustomer("João");
            await world.WriteAsync(joao, "me manda o programa?");
            var ana = await world.OpenAsync(visit, "inbox");
            await ana.OpenAsync(joao);
            await ana.Input.FillAsync("Segue o instalador:");

            await AttachAsync(ana, "setup.exe", "application/x-msdownload", "MZ\0\0"u8.ToArray());

            await Expect(ana.Page.Locator(".attachment.bad").GetByRole(AriaRole.Alert)).ToContainTextAsync("Programas, scripts");
            await Expect(ana.Input).ToHaveValueAsync("Segue o instalador:");
            await ana.Page.Locator(".attachment .remove").ClickAsync();
            await Expect(ana.Page.Locator(".attachment")).ToHaveCountAsync(0);
        });

    private static Task AttachAsync(InboxWindow window, string name, string type, byte[] bytes) =>
        window
            .Page.Locator("[data-file='']")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = name,
                    MimeType = type,
                    Buffer = bytes,
                }
            );

    private static async Task ShouldBeDrawnAsync(ILocator image)
    {
        await Expect(image).ToBeVisibleAsync();
        await Wait.UntilAsync(() => image.EvaluateAsync<bool>("i => i.complete && i.naturalWidth > 1"), "the picture drawn", 30);
    }
}
