using Microsoft.Extensions.DependencyInjection;
using Quartz;
using WhatsAI.Infrastructure.Contacts.Consents;
using WhatsAI.Infrastructure.Contacts.Duplicates;
using WhatsAI.Infrastructure.Contacts.Fields;
using WhatsAI.Infrastructure.Contacts.Imports;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Contacts.Segments;
using WhatsAI.Infrastructure.Contacts.Tags;
using WhatsAI.Infrastructure.Secrets;

namespace WhatsAI.Infrastructure.Contacts;

internal static class ContactRegistration
{
    public static void AddContacts(this IServiceCollection services)
    {
        services.AddSingleton<ContactScopes>();
        services.AddScoped<ContactCatalogQueries>();
        services.AddScoped<ContactQueries>();
        services.AddScoped<ContactActions>();
        services.AddScoped<ConsentActions>();
        services.AddScoped<FieldActions>();
        services.AddScoped<TagActions>();
        services.AddScoped<SegmentActions>();
        services.AddScoped<SegmentQueries>();
        services.AddScoped<ContactExportQueries>();
        services.AddSingleton<ContactMerges>();
        services.AddScoped<MergeActions>();
        services.AddScoped<DuplicateQueries>();
        services.AddSingleton(provider => new ErasedPeople(provider.GetRequiredService<MasterKey>));
        services.AddScoped<PersonalDataActions>();
        services.AddScoped<PersonalDataQueries>();
        services.AddScoped<ImportActions>();
        services.AddScoped<ImportQueries>();
        services.AddSingleton<ImportWork>();
        services.AddQuartz(quartz =>
            quartz.ScheduleJob<ImportJob>(
                (_, trigger) => trigger.WithIdentity("contact-imports").WithSimpleSchedule(TimeSpan.FromSeconds(2)),
                (_, job) => job.WithIdentity("contact-imports")
            )
        );
    }
}
