using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;
using Serilog.Events;
using WhatsAI.Core.Common;
using WhatsAI.Web.Common;

namespace WhatsAI.Tests.Common;

public sealed class LoggingTests
{
    [Theory]
    [InlineData("+5511999998888", "+5511*****8888")]
    [InlineData("+551133334444", "+5511****4444")]
    [InlineData("12345678", "********")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Phone_number_is_recognizable_but_not_whole(string? phone, string shown) => Masked.Phone(phone).ShouldBe(shown);

    [Theory]
    [InlineData("/hooks/evolution/s3cret", "/hooks/evolution/***")]
    [InlineData("/HOOKS/evolution/s3cret/messages-upsert", "/hooks/evolution/***")]
    [InlineData("/t/aurora/inbox", "/t/aurora/inbox")]
    [InlineData("/hooks", "/hooks")]
    public void Path_of_a_webhook_is_shown_without_its_route(string path, string shown) => Logging.ShownPath(path).ShouldBe(shown);

    [Theory]
    [InlineData("Quartz.Impl.AdoJobStore.AdoJobStoreBase", true, true)]
    [InlineData("Quartz.Impl.AdoJobStore.AdoJobStoreBase", false, false)]
    [InlineData("WhatsAI.Infrastructure.Inbox.Later.LaterWork", true, false)]
    public void Scheduler_that_waits_for_the_database_is_not_heard_and_one_that_fails_is(string source, bool away, bool silent)
    {
        Exception cause = away ? new NpgsqlException("refused") : new FormatException("a bug");
        var line = new LogEvent(
            DateTimeOffset.UnixEpoch,
            LogEventLevel.Error,
            new InvalidTimeZoneException("wrapped", cause),
            MessageTemplate.Empty,
            [new LogEventProperty("SourceContext", new ScalarValue(source))]
        );

        Logging.IsSchedulerWaiting(line).ShouldBe(silent);
    }

    [Fact]
    public async Task Log_file_has_the_request_but_no_query_and_no_route()
    {
        await using var directory = new OwnDirectory();
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Logging:Directory"] = directory.Path });
        builder.AddConsoleLogging();
        await using (var app = builder.Build())
        {
            app.UseRequestLog();
            app.MapPost(
                "/hooks/evolution/{route}",
                (ILogger<LoggingTests> log) =>
                {
                    log.LogWarning("while {TenantId} answers", "tenant-7");
                    return Results.StatusCode(503);
                }
            );
            await app.StartAsync(TestContext.Current.CancellationToken);
            using var http = new HttpClient();

            var answer = await http.PostAsync(
                new Uri($"{app.Urls.First()}/hooks/evolution/s3cret-route?token=s3cret-query"),
                new StringContent("s3cret-body"),
                TestContext.Current.CancellationToken
            );

            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        }

        var written = await File.ReadAllTextAsync(
            Directory.GetFiles(directory.Path, "*.json").Single(),
            TestContext.Current.CancellationToken
        );
        written.ShouldContain("/hooks/evolution/***");
        written.ShouldContain("\"TenantId\":\"tenant-7\"");
        written.ShouldContain("\"RequestId\"");
        written.ShouldNotContain("s3cret");
    }

    [Theory]
    [InlineData("14", false, true)]
    [InlineData("0", true, true)]
    public async Task Log_files_go_by_age_however_many_there_are(string days, bool keepsOld, bool keepsYesterdays)
    {
        await using var directory = new OwnDirectory();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?> { ["Logging:Directory"] = directory.Path, ["Logging:Days"] = days }
        );
        var (old, yesterday) = (LogFile(directory, 16), LogFile(directory, 1));
        for (var part = 1; part <= 40; part++)
        {
            await File.WriteAllTextAsync($"{yesterday[..^5]}_{part:000}.json", "", TestContext.Current.CancellationToken);
        }

        await File.WriteAllTextAsync(old, "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(yesterday, "", TestContext.Current.CancellationToken);

        builder.AddConsoleLogging();
        await using (var app = builder.Build())
        {
            app.Logger.LogWarning("one line");
        }

        (File.Exists(old), File.Exists(yesterday)).ShouldBe((keepsOld, keepsYesterdays));
    }

    private static string LogFile(OwnDirectory directory, int daysAgo) =>
        Path.Combine(
            directory.Path,
            $"console-{DateTime.Now.AddDays(-daysAgo).ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture)}.json"
        );
}
