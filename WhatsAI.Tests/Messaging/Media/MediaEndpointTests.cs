using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Hosting;
using WhatsAI.Web.Messaging;

namespace WhatsAI.Tests.Messaging.Media;

/// <summary>The endpoint behind the real door, over HTTP; only signing in is replaced by a header.</summary>
public sealed class MediaEndpointTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("whatsai-media-").FullName;
    private readonly HttpClient _http = new();
    private TestServices _services = null!;
    private WebApplication _app = null!;
    private CreatedTenant _tenant = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync(("Media:Directory", _directory));
        _tenant = await _services.NewTenantAsync();
        _app = await HostAsync(await TestDatabase.AppAsync());
        _http.BaseAddress = new Uri(_app.Urls.Single());
    }

    [Fact]
    public async Task Picture_is_shown_to_a_member_in_a_sandbox_and_kept_by_his_browser_alone()
    {
        var png = Samples.Png();
        var id = await StoreAsync(png, "image/png", "praia ção.png");

        using var answer = await GetAsync(_tenant, id);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsByteArrayAsync(Ct)).ShouldBe(png);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("image/png");
        answer.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("inline");
        answer.Content.Headers.ContentDisposition.FileNameStar.ShouldBe("praia ção.png");
        Header(answer, "Content-Security-Policy").ShouldStartWith("sandbox; default-src 'none'");
        Header(answer, "X-Content-Type-Options").ShouldBe("nosniff");
        Header(answer, "Cross-Origin-Resource-Policy").ShouldBe("same-origin");
        Header(answer, "Cache-Control").ShouldContain("private");
        Header(answer, "Cache-Control").ShouldContain("immutable");
    }

    [Fact]
    public async Task Part_of_a_file_and_an_unchanged_file_are_answered_as_such()
    {
        var id = await StoreAsync("0123456789"u8.ToArray(), "audio/ogg", null);

        using var part = await GetAsync(_tenant, id, request => request.Headers.Range = new RangeHeaderValue(2, 4));
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await part.Content.ReadAsStringAsync(Ct)).ShouldBe("234");

        using var same = await GetAsync(_tenant, id, request => request.Headers.IfNoneMatch.Add(part.Headers.ETag!));
        same.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData("text/html", "")]
    [InlineData("image/svg+xml", "")]
    [InlineData("application/octet-stream", "")]
    [InlineData("image/png", "?download=1")]
    public async Task What_is_not_shown_is_a_download_without_a_type(string stored, string query)
    {
        var id = await StoreAsync("<script>alert(1)</script>"u8.ToArray(), stored, "a\"b\r\nX-Evil: 1.html");

        using var answer = await GetAsync(_tenant, id, query: query);

        answer.Content.Headers.ContentType!.ToString().ShouldBe("application/octet-stream");
        answer.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        answer.Headers.Contains("X-Evil").ShouldBeFalse();
    }

    [Fact]
    public async Task File_of_another_company_is_not_found_by_any_address()
    {
        var id = await StoreAsync(Samples.Png(), "image/png", null);
        var other = await _services.NewTenantAsync();

        (await StatusAsync(other, other.Slug, id.ToString())).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(other, _tenant.Slug, id.ToString())).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(_tenant, _tenant.Slug, Guid.NewGuid().ToString())).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(_tenant, _tenant.Slug, "..%2f..%2fetc%2fpasswd")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync(null, _tenant.Slug, id.ToString())).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Row_without_its_bytes_is_not_found()
    {
        var id = await StoreAsync(Samples.Png(), "image/png", null, keep: false);

        (await StatusAsync(_tenant, _tenant.Slug, id.ToString())).ShouldBe(HttpStatusCode.NotFound);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await _services.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<WebApplication> HostAsync(string database)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["Media:Directory"] = _directory;
        builder.Services.AddInfrastructure(_ => database);
        foreach (var hosted in builder.Services.Where(s => s.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService)).ToList())
        {
            if (hosted.ImplementationType?.Assembly != typeof(WebApplication).Assembly)
            {
                builder.Services.Remove(hosted);
            }
        }

        builder.Services.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, ByHeader>("header", null);
        builder.Services.AddAuthorization();
        builder.Services.AddLocalization();
        var app = builder.Build();
        app.Services.GetRequiredService<DatabaseAddress>()
            .Set(database, await TestDatabase.OwnerAsync(), await TestDatabase.KeyFileAsync());
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseTenantRequests();
        app.MapMedia();
        await app.StartAsync(Ct);
        return app;
    }

    private async Task<MediaId> StoreAsync(byte[] content, string type, string? name, bool keep = true)
    {
        var store = _services.Provider.GetRequiredService<IMediaStore>();
        var hash = keep ? (await store.SaveAsync(new MemoryStream(content), 1_000_000, Ct)).Hash : new string('0', 64);
        var file = new MediaFile
        {
            Id = Id.New<MediaId>(DateTimeOffset.UtcNow),
            TenantId = _tenant.Id,
            Hash = hash,
            Size = content.Length,
            ContentType = type,
            FileName = name,
            StoredAt = DateTimeOffset.UtcNow,
        };
        await using var scope = _services.Enter(_tenant);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(Ct);
        db.MediaFiles.Add(file);
        await db.SaveChangesAsync(Ct);
        return file.Id;
    }

    private Task<HttpResponseMessage> GetAsync(
        CreatedTenant tenant,
        MediaId id,
        Action<HttpRequestMessage>? change = null,
        string query = ""
    ) => SendAsync(tenant, $"/t/{tenant.Slug}/media/{id}{query}", change);

    private async Task<HttpStatusCode> StatusAsync(CreatedTenant? member, string slug, string id)
    {
        using var answer = await SendAsync(member, $"/t/{slug}/media/{id}");
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(CreatedTenant? member, string path, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (member is not null)
        {
            request.Headers.Add(ByHeader.Name, member.OwnerId.Value.ToString());
            request.Headers.Add(
                ByHeader.Session,
                await _services.Provider.GetRequiredService<UserSessions>().BeginAsync(member.OwnerId, null, null, Ct)
            );
        }

        change?.Invoke(request);
        return await _http.SendAsync(request, Ct);
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    private sealed class ByHeader(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        public const string Name = "X-Test-User";
        public const string Session = "X-Test-Session";

        protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
            Task.FromResult(
                Request.Headers[Name] is [{ } user]
                    ? AuthenticateResult.Success(
                        new AuthenticationTicket(
                            new ClaimsPrincipal(
                                new ClaimsIdentity(
                                    [
                                        new Claim(ClaimTypes.NameIdentifier, user),
                                        new Claim(AccountClaims.Session, Request.Headers[Session].ToString()),
                                    ],
                                    "header"
                                )
                            ),
                            "header"
                        )
                    )
                    : AuthenticateResult.NoResult()
            );
    }
}
