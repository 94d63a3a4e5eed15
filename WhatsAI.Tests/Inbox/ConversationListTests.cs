using Bunit;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Inbox;
using WhatsAI.Web.Inbox.Views;

namespace WhatsAI.Tests.Inbox;

public sealed class ConversationListTests : ComponentContext
{
    private static readonly InboxSummary _summary = new(
        [
            new InboxCount(Rows.Sales, ConversationStatus.Open, Shell.UserId, null, 4, 1),
            new InboxCount(Rows.Sales, ConversationStatus.Open, null, null, 8, 2),
            new InboxCount(Rows.Sales, ConversationStatus.Resolved, null, null, 40, 0),
        ],
        [new InboxNumber(Rows.Sales, "Vendas", "+5511955500101", InstanceState.Open, Deleted: false)]
    );

    // Reads for itself, and is looked at in a browser.
    public ConversationListTests() => ComponentFactories.AddStub<ViewMenu>();

    [Fact]
    public void Tabs_carry_the_counters_and_keep_the_other_filters()
    {
        var list = new InboxList();
        list.Show(new InboxFilter(ConversationStatus.Open, Rows.Sales, UnreadOnly: true), new ConversationPage([], More: false));

        var tabs = List(list, ready: true).FindAll("[role=tab]");

        tabs.Select(t => string.Join(' ', t.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
            .ShouldBe(["Mine 4", "Unassigned 8", "All 12"]);
        tabs[2].GetAttribute("aria-selected").ShouldBe("true");
        tabs[0].GetAttribute("href").ShouldBe($"/t/aurora/inbox?number={Rows.Sales}&unread=1&whose=mine");
        tabs[1].GetAttribute("href").ShouldBe($"/t/aurora/inbox?number={Rows.Sales}&unread=1&whose=nobody");
    }

    [Fact]
    public void Loading_failing_and_empty_each_say_so()
    {
        var list = new InboxList();

        List(list, ready: false).FindAll("[aria-busy=true]").Count.ShouldBe(1);
        List(list, ready: true).Markup.ShouldContain("nothing here");
        var retried = 0;
        var failed = List(list, ready: true, p => p.Add(c => c.Failed, true).Add(c => c.OnRetry, () => retried++));
        failed.Find("[role=alert] button").Click();
        retried.ShouldBe(1);
    }

    [Fact]
    public void Held_back_rows_wait_behind_a_bar()
    {
        var list = new InboxList();
        list.Show(new InboxFilter(), new ConversationPage([Rows.Conversation(1)], More: false));
        list.Hold(true);
        list.Apply([Rows.Conversation(2)]);
        var settled = 0;

        var bar = List(list, ready: true, p => p.Add(c => c.OnSettle, () => settled++)).Find(".new-bar");

        bar.TextContent.ShouldContain("1 new");
        bar.Click();
        settled.ShouldBe(1);
    }

    [Theory]
    [InlineData("", "Deleted message")]
    [InlineData(" ", "Blank message")]
    [InlineData("\u200B\u202E", "Blank message")]
    [InlineData("oi", "oi")]
    public void Row_tells_a_blank_message_from_a_deleted_one(string preview, string shown)
    {
        var list = new InboxList();
        list.Show(new InboxFilter(), new ConversationPage([Rows.Conversation(1) with { LastPreview = preview }], More: false));

        List(list, ready: true).Find(".cv .l2 bdi").TextContent.ShouldBe(shown);
    }

    [Fact]
    public void Unread_filter_is_a_switch()
    {
        InboxFilter? asked = null;
        var page = List(new InboxList(), ready: true, p => p.Add(c => c.OnFilter, f => asked = f));

        page.FindAll(".chip").Single(c => c.TextContent.Contains("Unread", StringComparison.Ordinal)).Click();

        asked.ShouldBe(new InboxFilter(UnreadOnly: true));
    }

    [Theory]
    [InlineData("pending", null, "1", "mine", null, null, "urgent", "groups")]
    [InlineData(null, "0199f0b0-0000-7000-8000-000000000001", null, "nobody", "0199f0b0-0000-7000-8000-000000000002", null, "normal", null)]
    [InlineData(null, null, null, "0199f0b0-0000-7000-8000-000000000003", null, "0199f0b0-0000-7000-8000-000000000004", "low", null)]
    [InlineData("nonsense", "nonsense", "nonsense", "nonsense", "nonsense", "nonsense", "nonsense", "nonsense")]
    public void Address_and_filter_say_the_same(
        string? status,
        string? number,
        string? unread,
        string? whose,
        string? team,
        string? label,
        string? priority,
        string? kind
    )
    {
        var filter = InboxUrl.Read(new InboxQuery(status, number, unread, whose, team, label, priority, kind), Shell.UserId);
        var query = System.Web.HttpUtility.ParseQueryString(new Uri("http://x" + InboxUrl.Of(Shell, filter)).Query);

        InboxUrl
            .Read(
                new InboxQuery(
                    query["status"],
                    query["number"],
                    query["unread"],
                    query["whose"],
                    query["team"],
                    query["label"],
                    query["priority"],
                    query["kind"]
                ),
                Shell.UserId
            )
            .ShouldBe(filter);
        (filter.Priority is null).ShouldBe(priority == "nonsense");
    }

    private IRenderedComponent<ConversationList> List(
        InboxList list,
        bool ready,
        Action<ComponentParameterCollectionBuilder<ConversationList>>? more = null
    )
    {
        list.Summary = _summary;
        return Render<ConversationList>(p =>
        {
            p.Add(c => c.List, list).Add(c => c.Shell, Shell).Add(c => c.Ready, ready).Add(c => c.Nothing, "nothing here");
            more?.Invoke(p);
        });
    }
}
