using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Tests.Attacks;

/// <summary>Files that are something else than they say, all the way from the sender to a browser that opens them.</summary>
[Collection(typeof(AttackGroup))]
public sealed class HostileFileTests(AttackedConsole attacked)
{
    private const string Script = "<script>alert(document.cookie)</script>";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>What a customer or a member may send, as what it comes out. Inline: may be shown, in a sandbox.</summary>
    public static TheoryData<string, string, string, bool> Files =>
        new()
        {
            { "html named jpg", "foto.jpg", "<!doctype html>" + Script, false },
            { "html behind white space", "foto.png", "\n\n  \t" + Script, false },
            { "html in text", "leia.txt", "hello " + Script, false },
            { "html with a byte order mark", "a.txt", "\uFEFF<html>" + Script, false },
            { "svg", "logo.svg", $"<svg xmlns=\"http://www.w3.org/2000/svg\">{Script}</svg>", false },
            {
                "svg named png",
                "logo.png",
                $"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
                false
            },
            { "xhtml", "a.xhtml", $"<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\">{Script}</html>", false },
            { "xml with a style sheet", "a.xml", "<?xml-stylesheet type=\"text/xsl\" href=\"data:,x\"?><a/>", false },
            { "mhtml", "a.mht", "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + Script, false },
            { "script named jpg", "a.jpg", "alert(document.cookie)", false },
            { "gif that is a script", "a.gif", "GIF89a/*" + Script + "*/=1;alert(1)", false },
            { "pdf with a script", "a.pdf", "%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n" + Script, true },
            { "file name that is markup", "\"><script>alert(1)</script>.png", "hello", false },
            { "file name that is a header", "a\r\nContent-Type: text/html\r\n\r\n.png", "hello", false },
        };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task File_is_given_to_a_browser_so_that_nothing_of_it_runs(string what, string name, string content, bool inline)
    {
        var company = attacked.Ours;
        if (await TakeAsync(company, name, Encoding.UTF8.GetBytes(content)) is not { } id)
        {
            // Refused at once: no file, no danger.
            return;
        }

        using var visitor = await attacked.SignedInAsync();
        foreach (var query in new[] { "", "?download=1", "?download=0" })
        {
            using var answer = await visitor.GetAsync($"/t/{company.Tenant.Slug}/media/{id}{query}");

            answer.StatusCode.ShouldBe(HttpStatusCode.OK, what);
            var type = answer.Content.Headers.ContentType!.MediaType!;
            var shown = answer.Content.Headers.ContentDisposition!.DispositionType == "inline";
            shown.ShouldBe(inline && query != "?download=1", what);
            new[] { "html", "xml", "svg", "script", "text/" }
                .Where(t => type.Contains(t, StringComparison.OrdinalIgnoreCase))
                .ShouldBeEmpty(what);
            (shown || type == "application/octet-stream").ShouldBeTrue($"{what}: {type}");
            answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            var policy = answer.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
            policy.ShouldStartWith("sandbox; default-src 'none'");
            policy.ShouldNotContain("allow-");
            policy.ShouldNotContain("script-src");
        }
    }

    private async Task<MediaId?> TakeAsync(Company company, string name, byte[] content)
    {
        await using var scope = attacked.Console.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentMember>().Enter(company.Tenant, Role.Owner);
        try
        {
            return (await scope.ServiceProvider.GetRequiredService<MediaActions>().UploadAsync(new MemoryStream(content), name, Ct)).Id;
        }
        catch (RuleException)
        {
            // A member may not send it; a customer's gateway may, and it is kept as what its bytes are.
        }

        var intake = scope.ServiceProvider.GetRequiredService<MediaIntake>();
        await using var incoming = intake.Open(1_000_000);
        await incoming.Sink.WriteAsync(content, Ct);
        var look = await incoming.LookAsync(Ct);
        var stored = await incoming.KeepAsync(Ct);
        var file = new MediaFile
        {
            Id = Id.New<MediaId>(DateTimeOffset.UtcNow),
            TenantId = company.Tenant.Id,
            Hash = stored.Hash,
            Size = stored.Size,
            ContentType = look.ContentType,
            FileName = name,
            StoredAt = DateTimeOffset.UtcNow,
        };
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(Ct);
        db.MediaFiles.Add(file);
        await db.SaveChangesAsync(Ct);
        return file.Id;
    }
}
