using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Instances;

/// <summary>A manager connects a number by QR, in the browser, through the real client and a gateway of its own.</summary>
public sealed class ConnectNumberTests(Browser browser, SandboxProcess sandbox) : IClassFixture<SandboxProcess>, IAsyncLifetime
{
    private const string Email = "ana@aurora.example";
    private const string Password = "correct horse battery";
    private ConsoleApp _console = null!;
    private string _slug = "";

    public async ValueTask InitializeAsync()
    {
        _console = await ConsoleApp.StartAsync(
            ("GatewayServers:Shared:0:Name", "evolution-1"),
            ("GatewayServers:Shared:0:Address", sandbox.Address.ToString()),
            ("GatewayServers:Shared:0:Key", SandboxProcess.Key)
        );
        // The port is known only now.
        _console.Services.GetRequiredService<IOptions<WebhookAddressOptions>>().Value.PublicAddress = new Uri(_console.Address);
        _slug = (await _console.AddTenantAsync(Email, Password)).Slug;
    }

    public ValueTask DisposeAsync() => _console.DisposeAsync();

    [Fact]
    public async Task Number_is_connected_by_qr_and_its_card_turns_green_by_itself() =>
        await browser.RunAsync(async visit =>
        {
            var page = await SignedInAsync(visit);
            await page.GotoAsync($"/t/{_slug}/numbers");
            await Assertions.Expect(page.Locator(".empty-title")).ToBeVisibleAsync();
            await page.ShouldBeAccessibleAsync();
            await page.Locator(".page-head .btn-primary").ClickAsync();
            // The choices of the form are read after the dialog is there.
            await Assertions.Expect(page.Locator("#number-name")).ToBeFocusedAsync();
            await page.Locator("#number-name").FillAsync("Vendas 01");
            await page.ShouldBeAccessibleAsync();
            await page.Locator("dialog.dialog-md .btn-primary").ClickAsync();
            await Assertions.Expect(page.Locator("[data-qr='1'] svg")).ToBeVisibleAsync();
            await page.ShouldBeAccessibleAsync();

            await sandbox.Control.ScanAsync(await NewestAsync());

            await Assertions.Expect(page.Locator("dialog.dialog-md .banner")).ToContainTextAsync("Conectado em");
            await Assertions.Expect(page.Locator("dialog.dialog-md")).ToHaveCountAsync(0);
            await Assertions
                .Expect(page.Locator("article .pill"))
                .ToHaveTextAsync(new System.Text.RegularExpressions.Regex("(Conectado|Saudável)$"));
            await page.ShouldBeAccessibleAsync();
        });

    [Fact]
    public async Task Next_code_replaces_the_one_before_and_the_end_of_codes_asks_whether_to_continue() =>
        await browser.RunAsync(async visit =>
        {
            var page = await SignedInAsync(visit);
            await page.GotoAsync($"/t/{_slug}/numbers?connect=new");
            await page.Locator("#number-name").FillAsync("Vendas 02");
            await page.Locator("dialog.dialog-md .btn-primary").ClickAsync();
            await Assertions.Expect(page.Locator("[data-qr='1'] svg")).ToBeVisibleAsync();
            var instance = await NewestAsync();

            await sandbox.Control.NextQrAsync(instance);
            await Assertions.Expect(page.Locator("[data-qr='2'] svg")).ToBeVisibleAsync();
            await sandbox.Control.EndQrAsync(instance);
            await Assertions.Expect(page.Locator("dialog.dialog-md .banner")).ToContainTextAsync("Ninguém leu os códigos");
            await page.ShouldBeAccessibleAsync();
            await page.Locator("dialog.dialog-md .btn-primary").ClickAsync();

            await Assertions.Expect(page.Locator("[data-qr='1'] svg")).ToBeVisibleAsync();
        });

    private async Task<IPage> SignedInAsync(Visit visit)
    {
        var page = await visit.OpenAsync(_console.Address, "pt-BR");
        await page.GotoAsync("/sign-in");
        await page.Locator("[name='Form.Email']").FillAsync(Email);
        await page.Locator("[name='Form.Password']").FillAsync(Password);
        await page.Locator("form .btn-primary").ClickAsync();
        await page.WaitForURLAsync("**/t/**");
        return page;
    }

    private async Task<string> NewestAsync()
    {
        await using var connection = await _console.Services.GetRequiredService<Npgsql.NpgsqlDataSource>().OpenConnectionAsync();
        await using var command = new Npgsql.NpgsqlCommand(
            "SELECT instance_id FROM work_list ORDER BY instance_id DESC LIMIT 1",
            connection
        );
        return ((Guid)(await command.ExecuteScalarAsync())!).ToString();
    }
}
