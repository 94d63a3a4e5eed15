using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Persistence.Postgres;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Attacks;

/// <summary>What whoever gets hold of a dump, of the logs or of an answer can read in it.</summary>
[Collection(typeof(AttackGroup))]
public sealed class SecretsInClearTests(AttackedConsole attacked)
{
    private const string GatewayKey = "gateway-key-4F8A1C";
    private const string Phone = "5511977770042";
    private const string Words = "palavras que ninguem mais le";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dump_logs_and_answers_hold_no_key_token_secret_or_password()
    {
        using var log = attacked.Console.Log.Record();
        var company = await attacked.FoundAsync($"dump{Guid.NewGuid():N}@attack.example", "Dump");
        var token = await UseAsync(company);
        string[] secrets =
        [
            GatewayKey,
            token,
            company.Secret,
            AttackedConsole.Password,
            AttackedConsole.SharedKey,
            File.ReadAllText(attacked.Console.Services.GetRequiredService<DatabaseAddress>().KeyFile!).Trim(),
        ];

        var dump = await DumpAsync();
        dump.ShouldContain(company.Tenant.Id.ToString(), customMessage: "the dump is one");
        Found(secrets, dump).ShouldBeEmpty("in the dump");
        Found([Words], dump).ShouldNotBeEmpty("bodies are dumped, or the test would prove nothing");
        dump.ShouldContain("data_protection_keys");
        dump.ShouldContain("encryptedSecret");
        dump.ShouldNotContain("<masterKey", Case.Insensitive, "the keys of cookies lie under the master key");
        var logged = string.Join('\n', log.Lines);
        logged.ShouldContain(company.Tenant.OwnerId.ToString(), customMessage: "the log is one");
        Found([.. secrets, company.Route, Phone, Words], logged).ShouldBeEmpty("in the log");
        Found([.. secrets, company.Route, Phone, Words], await AnswersAsync(company)).ShouldBeEmpty("in answers");
    }

    /// <summary>Everything that a secret is needed for, well and badly. Gives the number's token.</summary>
    private async Task<string> UseAsync(Company company)
    {
        using var visitor = attacked.NewVisitor();
        using var wrong = await visitor.SignInAsync(company.Email, "wrong wrong wrong");
        using var right = await visitor.SignInAsync(company.Email, AttackedConsole.Password);
        right.StatusCode.ShouldBe(HttpStatusCode.Found);
        await using var scope = attacked.Console.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        services.GetRequiredService<CurrentMember>().Enter(company.Tenant, Role.Owner);
        await services
            .GetRequiredService<GatewayServerActions>()
            .AddAsync(new GatewayServerForm("Own", "https://gateway.example", GatewayKey), Ct);
        var token = (
            await services.GetRequiredService<GatewayConnections>().OfInstanceAsync(company.Tenant.Id, company.Number, Ct)
        ).InstanceToken!;
        await Should.ThrowAsync<RuleException>(() => services.GetRequiredService<PairingActions>().StartAsync(company.Number, null, Ct));

        var body = Hook.Text(Words, Hook.NewId(), Phone + "@s.whatsapp.net", alt: null);
        body["apikey"] = token;
        (await AttackedConsole.PostAsync(visitor, company, body.ToJsonString())).ShouldBe(HttpStatusCode.OK);
        var error = Payload.Json("error.errors-webhook.json");
        error["api_key"] = GatewayKey;
        (await AttackedConsole.PostAsync(visitor, company, error.ToJsonString())).ShouldBe(HttpStatusCode.OK);
        (await AttackedConsole.PostAsync(visitor, company, $"{{\"apikey\" : \"{token}\", no json")).ShouldBe(HttpStatusCode.OK);
        var db = services.GetRequiredService<ConsoleDb>();
        await Wait.UntilAsync(() => db.Journal.AllAsync(j => j.DoneAt != null || j.Problem != null, Ct), "all are processed");
        return token;
    }

    private async Task<string> AnswersAsync(Company company)
    {
        using var stranger = attacked.NewVisitor();
        var answers = new StringBuilder();
        foreach (
            var path in new[]
            {
                "/health/live",
                "/health/ready",
                "/metrics",
                "/error",
                "/not-found",
                "/no-such-page",
                "/hooks/evolution/" + new string('0', company.Route.Length),
            }
        )
        {
            using var answer = await stranger.GetAsync(path, asPage: !path.StartsWith("/health", StringComparison.Ordinal));
            answers.AppendLine(answer.ToString()).AppendLine(await answer.Content.ReadAsStringAsync(Ct));
        }

        return answers.ToString();
    }

    /// <summary>As text, in hexadecimal as a dump writes bytes, and in base64.</summary>
    private static IEnumerable<string> Found(IEnumerable<string> secrets, string text) =>
        secrets.Where(secret =>
            text.Contains(secret, StringComparison.OrdinalIgnoreCase)
            || text.Contains(Convert.ToHexString(Encoding.UTF8.GetBytes(secret)), StringComparison.OrdinalIgnoreCase)
            || text.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))[..^4], StringComparison.Ordinal)
        );

    private async Task<string> DumpAsync()
    {
        var owner = new NpgsqlConnectionStringBuilder(
            attacked.Console.Services.GetRequiredService<DatabaseAddress>().OwnerConnectionString
        );
        var installed = (await PostgresBinaries.InstalledAsync(null, Ct))[0];
        var start = new ProcessStartInfo(Path.Combine(installed.Directory, "pg_dump"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in new[] { "-h", owner.Host!, "-p", $"{owner.Port}", "-U", owner.Username!, owner.Database! })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PGPASSWORD"] = owner.Password;
        using var process = Process.Start(start)!;
        var (dump, complaint) = (process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
        await process.WaitForExitAsync(Ct);
        process.ExitCode.ShouldBe(0, await complaint);
        return await dump;
    }
}
