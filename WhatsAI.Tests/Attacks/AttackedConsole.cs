using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;
using WhatsAI.Tests.Messaging.Media;

namespace WhatsAI.Tests.Attacks;

/// <summary>
/// The whole console as it runs in Production, behind a proxy that it trusts, so that every visitor has a network address of his own. Two companies: the
/// attacker's, and the one whose things must stay its own.
/// </summary>
public sealed class AttackedConsole : IAsyncLifetime
{
    public const string Password = "correct horse battery";
    public const string SharedKey = "shared-key-of-the-operator";
    public const string Public = "http://console.example";
    public const int WebhooksAtOnce = 20;
    public const int UnknownRoutesPerSecond = 5;
    public const int DownloadsPerMinute = 60;
    private int _visitors;

    public ConsoleApp Console { get; private set; } = null!;

    internal Company Ours { get; private set; } = null!;

    internal Company Theirs { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Console = await ConsoleApp.StartAsync(
            ("Site:TrustedProxies:0", "127.0.0.1"),
            ("Site:PublicAddress", Public),
            ("Limits:WebhooksAtOnce", $"{WebhooksAtOnce}"),
            ("Limits:UnknownRoutesPerSecond", $"{UnknownRoutesPerSecond}"),
            ("Limits:DownloadsPerMinute", $"{DownloadsPerMinute}"),
            ("GatewayServers:Shared:0:Name", "Evolution"),
            ("GatewayServers:Shared:0:Address", "http://127.0.0.1:9"),
            ("GatewayServers:Shared:0:Key", SharedKey)
        );
        Ours = await FoundAsync("ana@aurora.example", "Aurora");
        Theirs = await FoundAsync("rui@casa.example", "Casa");
    }

    /// <summary>Somebody at a browser of his own, who comes from an address of his own unless one is given.</summary>
    public Visitor NewVisitor(string? address = null)
    {
        var number = Interlocked.Increment(ref _visitors);
        return new Visitor(new Uri(Console.Address), address ?? $"203.0.{113 + (number / 250)}.{number % 250}");
    }

    /// <summary>The attacker, signed in.</summary>
    public async Task<Visitor> SignedInAsync()
    {
        var visitor = NewVisitor();
        using var answer = await visitor.SignInAsync(Ours.Email, Password);
        answer.StatusCode.ShouldBe(HttpStatusCode.Found);
        return visitor;
    }

    public async ValueTask DisposeAsync() => await Console.DisposeAsync();

    internal async Task<Company> FoundAsync(string email, string name)
    {
        var tenant = await Console.AddTenantAsync(email, Password, name);
        await using var scope = Console.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentMember>().Enter(tenant, Role.Owner);
        var db = scope.ServiceProvider.GetRequiredService<ConsoleDb>();
        var server = await db.GatewayServers.Select(s => s.Id).SingleAsync(Ct);
        var number = await scope.ServiceProvider.GetRequiredService<InstanceCreation>().CreateAsync("Loja " + name, server, Ct);
        var file = await scope
            .ServiceProvider.GetRequiredService<MediaActions>()
            .UploadAsync(new MemoryStream(Samples.Png()), "foto.png", Ct);
        var at = await Console.Services.GetRequiredService<GatewayConnections>().OfInstanceAsync(tenant.Id, number, Ct);
        var route = await db.WebhookRoutes.Where(r => r.InstanceId == number).Select(r => r.Route).SingleAsync(Ct);
        var company = new Company(tenant, email, number, file.Id, route, WebhookAddressOptions.SecretOf(route, at.InstanceToken!));
        using var http = NewVisitor();
        (await PostAsync(http, company, Hook.Text("segredo de " + name, Hook.NewId()).ToJsonString())).ShouldBe(HttpStatusCode.OK);
        await Wait.UntilAsync(async () => await db.Conversations.AnyAsync(Ct), "a conversation");
        return company with
        {
            Conversation = await db.Conversations.Select(c => c.Id).SingleAsync(Ct),
            Pool = await scope.ServiceProvider.GetRequiredService<PoolActions>().CreateAsync("Vendas " + name, Ct),
        };
    }

    internal static Task<HttpStatusCode> PostAsync(Visitor visitor, Company to, string body, string? secret = "") =>
        PostAsync(visitor, to, Encoding.UTF8.GetBytes(body), secret);

    /// <param name="secret">Empty: the right one.</param>
    internal static async Task<HttpStatusCode> PostAsync(Visitor visitor, Company to, byte[] body, string? secret = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/evolution/" + to.Route)
        {
            Content = new ByteArrayContent(body),
        };
        if (secret is not null)
        {
            request.Headers.Add(GatewayWebhook.SecretHeader, secret.Length == 0 ? to.Secret : secret);
        }

        using var answer = await visitor.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>As a gateway does it: what a busy machine did not store within its second (503) is posted again. Any other answer is returned.</summary>
    internal static async Task<HttpStatusCode> PostUntilStoredAsync(Visitor visitor, Company to, string body)
    {
        var answer = HttpStatusCode.ServiceUnavailable;
        await Wait.UntilAsync(
            async () => (answer = await PostAsync(visitor, to, body)) != HttpStatusCode.ServiceUnavailable,
            "the event is stored"
        );
        return answer;
    }
}

[CollectionDefinition]
public sealed class AttackGroup : ICollectionFixture<AttackedConsole>;

/// <summary>A company with one of each thing that an address can name.</summary>
internal sealed record Company(CreatedTenant Tenant, string Email, InstanceId Number, MediaId File, string Route, string Secret)
{
    public ConversationId Conversation { get; init; }

    public PoolId Pool { get; init; }
}

internal static class MemberEntry
{
    public static void Enter(this CurrentMember member, CreatedTenant tenant, Role role) =>
        member.Enter(tenant.Id, tenant.OwnerId, MemberAccess.Everything(role), "Ana Ribeiro");
}
