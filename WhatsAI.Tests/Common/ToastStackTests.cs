using WhatsAI.Web.Common;

namespace WhatsAI.Tests.Common;

public sealed class ToastStackTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly ToastStack _stack;

    public ToastStackTests() => _stack = new ToastStack(_time);

    public void Dispose() => _stack.Dispose();

    [Fact]
    public void Toast_goes_by_itself_after_its_time()
    {
        _stack.Show("Saved");

        _time.Advance(TimeSpan.FromSeconds(4.9));
        _stack.Toasts.Count.ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        _stack.Toasts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Undo_clicked_twice_runs_once()
    {
        var undone = 0;
        _stack.ShowUndo(
            "Resolved",
            () =>
            {
                undone++;
                return Task.CompletedTask;
            }
        );
        var toast = _stack.Toasts[0];

        await _stack.UndoAsync(toast);
        await _stack.UndoAsync(toast);

        undone.ShouldBe(1);
        _stack.Toasts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Undo_after_its_time_does_nothing()
    {
        var undone = false;
        _stack.ShowUndo(
            "Resolved",
            () =>
            {
                undone = true;
                return Task.CompletedTask;
            }
        );
        var toast = _stack.Toasts[0];
        _time.Advance(ToastStack.UndoTime);

        await _stack.UndoAsync(toast);

        undone.ShouldBeFalse();
    }

    [Fact]
    public void Fifth_toast_pushes_the_oldest_out()
    {
        for (var i = 1; i <= 5; i++)
        {
            _stack.Show($"{i}");
        }

        _stack.Toasts.Select(t => t.Text).ShouldBe(["2", "3", "4", "5"]);
    }

    [Fact]
    public void Message_said_again_stands_once()
    {
        _stack.Show("No");
        _stack.Show("Saved");
        _stack.Show("No");

        _stack.Toasts.Select(t => t.Text).ShouldBe(["Saved", "No"]);
    }

    [Fact]
    public void What_can_be_undone_stands_as_often_as_it_was_done()
    {
        _stack.ShowUndo("Resolved", () => Task.CompletedTask);
        _stack.ShowUndo("Resolved", () => Task.CompletedTask);

        _stack.Toasts.Count.ShouldBe(2);
    }

    [Fact]
    public void Changed_is_raised_on_show_and_dismiss()
    {
        var raised = 0;
        _stack.Changed += () => raised++;

        _stack.Show("Saved");
        _stack.Dismiss(_stack.Toasts[0]);

        raised.ShouldBe(2);
    }
}
