using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Hosting;

namespace WhatsAI.Tests.Hosting;

/// <summary>/health/live, beside a loop that sends and its clock: a supervisor kills what is not live.</summary>
public sealed class LivenessTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly NpgsqlDataSource _away = NpgsqlDataSource.Create("Host=/nowhere");
    private readonly Dispatcher _dispatcher;

    public LivenessTests() =>
        _dispatcher = new Dispatcher(
            null!,
            null!,
            new WorkTools(new WorkList(_away), new WorkSignal(), _time),
            NullLogger<Dispatcher>.Instance
        );

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Loop_that_stands_still_for_a_minute_is_not_live_until_it_turns_again()
    {
        _time.Advance(TimeSpan.FromSeconds(59));
        (await AskAsync()).ShouldBe((HttpStatusCode.OK, true));

        _time.Advance(TimeSpan.FromSeconds(1));
        (await AskAsync()).ShouldBe((HttpStatusCode.ServiceUnavailable, false));

        await _dispatcher.StartAsync(Ct);
        await Wait.UntilAsync(() => _time.Waiting > 0, "a turn of the loop");
        (await AskAsync()).ShouldBe((HttpStatusCode.OK, true));
    }

    [Fact]
    public async Task Loop_whose_database_is_away_turns_and_is_live()
    {
        await _dispatcher.StartAsync(Ct);
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(2); passed += TimeSpan.FromSeconds(8))
        {
            await Wait.UntilAsync(() => _time.Waiting > 0, "the wait between two tries");
            _time.Advance(TimeSpan.FromSeconds(8));
        }

        (await AskAsync()).ShouldBe((HttpStatusCode.OK, true));
    }

    public async ValueTask DisposeAsync()
    {
        await _dispatcher.StopAsync(CancellationToken.None);
        _dispatcher.Dispose();
        await _away.DisposeAsync();
    }

    private async Task<(HttpStatusCode Status, bool Dispatcher)> AskAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new Readiness(_away, null!, _dispatcher));
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton<CircuitDeaths>();
        await using var app = builder.Build();
        app.MapHealth();
        await app.StartAsync(Ct);
        using var http = new HttpClient();
        using var answer = await http.GetAsync($"{app.Urls.First()}/health/live", Ct);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("dispatcher").GetBoolean());
    }
}
