using System.Text;
using Microsoft.Playwright;
using WhatsAI.Tests.Common;
using static Microsoft.Playwright.Assertions;

namespace WhatsAI.Tests.Browsing;

/// <summary>A file of contacts from the browser to the list, and out again.</summary>
[Collection(typeof(HouseGroup))]
public sealed class ImportBrowserTests(Browser browser, ConsoleWorld world)
{
    [Fact]
    public async Task File_is_read_as_suggested_reported_and_given_out_again() =>
        await browser.RunAsync(async visit =>
        {
            var mark = Guid.NewGuid().ToString("N")[..6];
            var number = Random.Shared.Next(1_000_000, 9_999_999);
            var page = (await world.OpenAsync(visit, "contacts")).Page;
            await page.Locator(".page-head a", new() { HasText = "Importar" }).ClickAsync();
            await Expect(page.Locator("h1")).ToHaveTextAsync("Importações");
            await Expect(page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
            await page.ShouldBeAccessibleAsync();
            await page.Locator("input[type=file]")
                .SetInputFilesAsync(
                    new FilePayload
                    {
                        Name = $"{mark}.csv",
                        MimeType = "text/csv",
                        Buffer = Encoding.UTF8.GetBytes($"Nome;Celular\n=Quitéria {mark};(31) 9{number}0\nSem {mark};123\n"),
                    }
                );

            await Expect(page.Locator("h1")).ToHaveTextAsync($"{mark}.csv");
            await Expect(page.GetByLabel("Coluna 2")).ToHaveValueAsync("phone");
            await Expect(page.Locator(".import-preview")).ToContainTextAsync("Isso não é um telefone");
            await page.ShouldBeAccessibleAsync();
            await page.SetViewportSizeAsync(390, 844);
            (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0);
            await page.SetViewportSizeAsync(1440, 900);
            await page.Locator("form .btn-primary").ClickAsync();
            await Expect(page.Locator(".page-head .pill")).ToContainTextAsync("Concluída");
            await Expect(page.Locator(".import-figures dd")).ToHaveTextAsync(["1", "0", "0", "1", "0"]);
            await page.ShouldBeAccessibleAsync();

            var report = await page.Context.APIRequest.GetAsync(page.Url + "/report");
            (await report.TextAsync()).ShouldContain("Isso não é um telefone");
            var slug = world.Shop.Tenant.Slug;
            var table = await (
                await page.Context.APIRequest.GetAsync($"{world.Console.Address}/t/{slug}/contacts/export?q={mark}")
            ).TextAsync();
            table.ShouldContain($"'=Quitéria {mark}", Case.Sensitive, "a spreadsheet calculates nothing of it");
            var cards = await (
                await page.Context.APIRequest.GetAsync($"{world.Console.Address}/t/{slug}/contacts/export?q={mark}&as=vcf")
            ).TextAsync();
            cards.ShouldContain($"FN:=Quitéria {mark}");
        });
}
