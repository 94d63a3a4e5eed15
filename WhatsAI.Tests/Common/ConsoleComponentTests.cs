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
    public async Task Database_that_is_away_is_a_toast()
    {
        var page = Render<Page>().Instance;

        (await page.DoAsync(() => throw new Npgsql.NpgsqlException("refused"))).ShouldBeFalse();

        Toasts.Toasts.ShouldHaveSingleItem().Text.ShouldContain("banco de dados");
    }

    [Fact]
    public async Task Text_that_no_database_keeps_is_a_toast()
    {
        var page = Render<Page>().Instance;
        var zero = new Npgsql.PostgresException(
            "invalid byte sequence",
            "ERROR",
            "ERROR",
            Npgsql.PostgresErrorCodes.CharacterNotInRepertoire
        );

        (await page.DoAsync(() => throw new Microsoft.EntityFrameworkCore.DbUpdateException("not saved", zero))).ShouldBeFalse();

        Toasts.Toasts.ShouldHaveSingleItem().Text.ShouldContain("caracteres");
    }

    [Fact]
    public async Task Undo_that_met_no_database_is_offered_again()
    {
        var page = Render<Page>().Instance;
        var tries = 0;
        page.Offer(() => ++tries == 1 ? throw new TimeoutException() : Task.CompletedTask);

        await Toasts.UndoAsync(Toasts.Toasts.Single());
        var again = Toasts.Toasts.Single(t => t.Undo is not null);
        Toasts.Toasts.ShouldContain(t => t.Tone == Tone.Critical);
        await Toasts.UndoAsync(again);

        tries.ShouldBe(2);
        Toasts.Toasts.ShouldNotContain(t => t.Undo != null);
    }

    [Fact]
    public async Task Undo_with_a_bug_does_not_throw_at_the_list_of_toasts()
    {
        var page = Render<Page>().Instance;
        page.Offer(() => throw new InvalidOperationException("a bug"));

        await Toasts.UndoAsync(Toasts.Toasts.Single());

        (await Renderer.UnhandledException).ShouldBeOfType<InvalidOperationException>();
    }

    [Fact]
    public async Task Work_that_nobody_waits_for_lets_an_outage_pass()
    {
        var page = Render<Page>().Instance;

        await page.BehindThatAsync(() => throw new Npgsql.NpgsqlException("refused"));

        Toasts.Toasts.ShouldBeEmpty();
        Renderer.UnhandledException.IsCompleted.ShouldBeFalse();
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

        public void Offer(Func<Task> undo) => OfferUndo("done", undo);

        public Task BehindThatAsync(Func<Task> work) => BehindAsync(work);

        public Task<bool> DoAsync(Func<Task> action) => RunAsync(action);
    }
}
