using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Radzen;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Instances;
using WhatsAI.Web.Layout;
using RouteData = Microsoft.AspNetCore.Components.RouteData;

namespace WhatsAI.Tests.Layout;

public sealed class TenantGateTests : ComponentContext
{
    private readonly Database _database = new();

    public TenantGateTests()
    {
        Services.AddRadzenComponents();
        Services.AddSingleton<IDbContextFactory<ConsoleDb>>(_database);
        Services.AddSingleton(Npgsql.NpgsqlDataSource.Create("Host=/nowhere"));
        Services.AddScoped<CurrentTenant>().AddScoped<CurrentMember>().AddScoped<TenantQueries>().AddScoped<TenantDoor>();
    }

    [Fact]
    public async Task Page_left_before_its_door_is_open_ends_quietly()
    {
        Draw();

        await DisposeComponentsAsync();
        _database.Answer.SetException(new ObjectDisposedException("the circuit's scope"));

        await _database.Answered;
        Renderer.UnhandledException.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Database_that_is_away_is_said_and_asked_again()
    {
        var gate = Draw();

        _database.Refuse();
        gate.WaitForAssertion(() => gate.Find(".error-state").ShouldNotBeNull());
        gate.Find(".error-state button").Click();

        gate.WaitForAssertion(() => _database.Asked.ShouldBe(2));
        Renderer.UnhandledException.IsCompleted.ShouldBeFalse();
    }

    private IRenderedComponent<TenantGate> Draw()
    {
        var ana = new ClaimsPrincipal(
            new ClaimsIdentity([new(ClaimTypes.NameIdentifier, Id.New<UserId>(Time.GetUtcNow()).Value.ToString())], "test")
        );
        return Render<TenantGate>(p =>
            p.AddCascadingValue(Task.FromResult(new AuthenticationState(ana)))
                .Add(g => g.Route, new RouteData(typeof(NumbersPage), new Dictionary<string, object?> { ["slug"] = "aurora" }))
                .Add(g => g.ChildContent, _ => "page")
        );
    }

    /// <summary>Answers when it is told to, or not at all.</summary>
    private sealed class Database : IDbContextFactory<ConsoleDb>
    {
        public int Asked { get; private set; }

        public TaskCompletionSource<ConsoleDb> Answer { get; private set; } = new();

        public Task Answered => Answer.Task.ContinueWith(_ => { }, TaskScheduler.Default);

        public void Refuse()
        {
            var refused = Answer;
            Answer = new TaskCompletionSource<ConsoleDb>();
            refused.SetException(new InvalidOperationException("transient", new Npgsql.NpgsqlException("refused")));
        }

        public ConsoleDb CreateDbContext() => throw new NotSupportedException();

        public Task<ConsoleDb> CreateDbContextAsync(CancellationToken cancellationToken = default)
        {
            Asked++;
            return Answer.Task;
        }
    }
}
