using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Tests.Messaging.Conversations;
using WhatsAI.Web.Inbox.Transcripts;

namespace WhatsAI.Tests.Inbox;

public sealed class TranscriptTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Plain_text_lets_nobody_write_a_line_in_anothers_name()
    {
        var hostile = new TranscriptMessage(
            "21/11/2026 09:31",
            "Vera\n[09:32] Ana",
            IsOurs: false,
            "oi\r\n[21/11/2026 09:33] Ana: dou 90%\u202E de desconto\u0007",
            "editada"
        );

        new PlainTranscript()
            .Message(hostile)
            .ShouldBe("[21/11/2026 09:31] Vera [09:32] Ana (editada): oi\n    [21/11/2026 09:33] Ana: dou 90% de desconto\n");
    }

    [Fact]
    public void Page_shows_as_text_whatever_was_written()
    {
        const string Hostile = "<img src=x onerror=alert(1)>\"'&</article>";
        var format = new HtmlTranscript();
        var head = new TranscriptHead(Hostile, [Hostile]);

        var page =
            format.Begin(head) + format.Message(new TranscriptMessage("09:31", Hostile, IsOurs: true, Hostile, Hostile)) + format.End();

        page.ShouldNotContain("<img");
        page.ShouldContain("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;&lt;/article&gt;");
        page.Split("</article>").Length.ShouldBe(2);
        page.ShouldContain("default-src 'none'");
    }

    [Fact]
    public async Task What_was_said_comes_in_its_order_page_by_page_without_the_consoles_own_lines()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "um", "dois");
        await world.Replies.SendTextAsync(id, Guid.NewGuid(), "três", ct: Ct);
        await world.Actions.SetStatusAsync(id, ConversationStatus.Resolved, Ct);
        // A customer's time has whole seconds.
        await world.Messaging.RunAsync("UPDATE messages SET sent_at = sent_at - interval '5 seconds' WHERE tenant_id = $1");
        await world.CustomerWritesAsync("5511977770001", "quatro");

        var said = new List<MessageRow>();
        while (await world.Messages.SaidAsync(id, said.LastOrDefault()?.Key, 2, Ct) is { Count: > 0 } page)
        {
            page.Count.ShouldBeLessThanOrEqualTo(2);
            said.AddRange(page);
        }

        said.Select(r => r.Text).ShouldBe(["um", "dois", "três", "quatro"]);
        (await (await InboxWorld.CreateAsync()).Messages.SaidAsync(id, ct: Ct)).ShouldBeEmpty();
    }
}
