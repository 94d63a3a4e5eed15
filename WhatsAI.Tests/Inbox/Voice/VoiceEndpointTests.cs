using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Attacks;
using WhatsAI.Tests.Messaging.Media;

namespace WhatsAI.Tests.Inbox.Voice;

/// <summary>The door through which a recording goes out, from outside.</summary>
[Collection(typeof(AttackGroup))]
public sealed class VoiceEndpointTests(AttackedConsole attacked)
{
    private static readonly byte[] _recording = Samples.Text(
        "\u001AE\u00DF\u00A3\u0001\u0042\u0082\u0084webm....\u0086\u0086A_OPUS and what was said"
    );

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Recording_posted_twice_is_one_voice_message_with_its_length_and_loudness()
    {
        using var ana = await attacked.SignedInAsync();
        var key = Guid.NewGuid();

        for (var i = 0; i < 2; i++)
        {
            using var answer = await PostAsync(ana, key, seconds: 7, more: "&wave=AAoU&despite=true");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Ct));
        }

        (await StoredAsync(key)).ShouldBe("Audio true 7 AAoU Agent");
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData(null)]
    public async Task Page_of_another_site_posts_nothing(string? origin)
    {
        using var ana = await attacked.SignedInAsync();
        var key = Guid.NewGuid();

        using var answer = await PostAsync(ana, key, origin: origin);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await StoredAsync(key)).ShouldBeNull();
    }

    [Fact]
    public async Task What_is_not_his_or_no_recording_is_refused_in_words()
    {
        using var ana = await attacked.SignedInAsync();
        using var stranger = attacked.NewVisitor();
        var key = Guid.NewGuid();

        using var foreign = await PostAsync(ana, key, conversation: attacked.Theirs.Conversation.ToString());
        using var theirs = await PostAsync(ana, key, slug: attacked.Theirs.Tenant.Slug);
        using var nothing = await PostAsync(ana, key, conversation: "x");
        using var page = await PostAsync(ana, key, body: "<script>alert(1)</script>"u8.ToArray());
        using var empty = await PostAsync(ana, key, body: []);
        using var tooLong = await PostAsync(ana, key, seconds: 400);
        using var unknown = await PostAsync(stranger, key);

        foreach (var answer in new[] { foreign, page, empty, tooLong })
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            (await answer.Content.ReadAsStringAsync(Ct)).ShouldContain("\"error\":\"");
        }

        (theirs.StatusCode, nothing.StatusCode).ShouldBe((HttpStatusCode.NotFound, HttpStatusCode.NotFound));
        unknown.StatusCode.ShouldBeOneOf(HttpStatusCode.Found, HttpStatusCode.Unauthorized);
        (await StoredAsync(key)).ShouldBeNull();
    }

    private Task<HttpResponseMessage> PostAsync(
        Visitor by,
        Guid key,
        string? conversation = null,
        string? slug = null,
        int seconds = 3,
        byte[]? body = null,
        string? origin = "own",
        string more = ""
    )
    {
        var company = attacked.Ours;
        var request = new HttpRequestMessage(
            HttpMethod.Post,
            $"/t/{slug ?? company.Tenant.Slug}/voice?conversation={conversation ?? company.Conversation.ToString()}&key={key}&seconds={seconds}{more}"
        )
        {
            Content = new ByteArrayContent(body ?? _recording),
        };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin == "own" ? attacked.Console.Address : origin);
        }

        return by.SendAsync(request);
    }

    private async Task<string?> StoredAsync(Guid key)
    {
        await using var scope = await attacked
            .Console.Services.GetRequiredService<NpgsqlDataSource>()
            .BeginAsync(attacked.Ours.Tenant.Id, Ct);
        await using var command = scope.Connection.Sql(
            """
            SELECT string_agg(kind || ' ' || (body->>'voice') || ' ' || (body->>'seconds') || ' ' || (body->>'waveform') || ' ' || origin, '|')
            FROM messages WHERE tenant_id = $1 AND client_key = $2
            """,
            attacked.Ours.Tenant.Id.Value,
            key
        );
        return await command.ExecuteScalarAsync(Ct) as string;
    }
}
