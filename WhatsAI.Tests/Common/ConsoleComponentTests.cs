using Bunit;
using WhatsAI.Core.Common;
using WhatsAI.Web.Common;

namespace WhatsAI.Tests.Common;

public sealed class ConsoleComponentTests() : ComponentContext("pt-BR")
{
    [Fact]
    public async Task Broken_rule_is_a_toast_in_the_operators_language()
    {
        var page = Render<Page>().Instance;

        (await page.DoAsync(() => throw new RuleException("rule.forbidden"))).ShouldBeFalse();

        var toast = Toasts.Toasts.ShouldHaveSingleItem();
        toast.Text.ShouldBe("Seu papel não permite isso.");
        toast.Tone.ShouldBe(Tone.Critical);
    }

    [Fact]
    public async Task Bug_is_not_swallowed()
    {
        var page = Render<Page>().Instance;

        await Should.ThrowAsync<InvalidOperationException>(() => page.DoAsync(() => throw new InvalidOperationException()));
    }

    [Fact]
    public async Task Left_page_cancels_what_it_was_doing()
    {
        var page = Render<Page>().Instance;
        var work = page.DoAsync(() => Task.Delay(Timeout.Infinite, page.Left));

        await DisposeComponentsAsync();

        (await work).ShouldBeFalse();
        Toasts.Toasts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Left_page_may_still_be_asked_whether_it_is_gone()
    {
        var page = Render<Page>().Instance;

        await DisposeComponentsAsync();

        page.Left.IsCancellationRequested.ShouldBeTrue();
        (await page.DoAsync(() => throw new OperationCanceledException())).ShouldBeFalse();
    }

    private sealed class Page : ConsoleComponent
    {
        public CancellationToken Left => Gone;

        public Task<bool> DoAsync(Func<Task> action) => RunAsync(action);
    }
}
