import '@servicenow/sdk/global'

declare global {
    namespace Now {
        namespace Internal {
            interface Keys extends KeysRegistry {
                explicit: {
                    bom_json: {
                        table: 'sys_module'
                        id: '95853ba603f04f47a4a06c97333d0acd'
                    }
                    package_json: {
                        table: 'sys_module'
                        id: '1f2045ae79ed4eb2930a0704c13750f1'
                    }
                    'thalian-finding-to-incident': {
                        table: 'sys_transform_map'
                        id: '2280736e1ac3403aa8afd6c5a7742547'
                    }
                    'thalian-follow-finding': {
                        table: 'sys_transform_script'
                        id: '0c29640af2b34cc79d6682cf846899dd'
                    }
                }
                composite: [
                    {
                        table: 'sys_dictionary'
                        id: '0094351aeb154bcd94b39dbdd1dd3579'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'short_description'
                        }
                    },
                    {
                        table: 'sys_transform_entry'
                        id: '0311ae0fec924c93ae24dc5c1ec57757'
                        key: {
                            map: '2280736e1ac3403aa8afd6c5a7742547'
                            target_field: 'impact'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '07f88684678942a3aea131d3ebea7e26'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'u_event'
                            language: 'en'
                        }
                    },
                    {
                        table: 'ua_table_licensing_config'
                        id: '0bdc06989cfc4d668c1f944f936a5cca'
                        key: {
                            name: 'u_thalian_finding'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '15d55cf1c5854fe1a20e20eaa4fe829d'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'correlation_id'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_transform_entry'
                        id: '176560d86d4d4de7bf41ea8fd854868b'
                        key: {
                            map: '2280736e1ac3403aa8afd6c5a7742547'
                            target_field: 'assignment_group'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: '23d0a869865845cc807844caba47ef3d'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'caller_id'
                        }
                    },
                    {
                        table: 'sys_transform_entry'
                        id: '2b6c3988889045a6a558601b3961be70'
                        key: {
                            map: '2280736e1ac3403aa8afd6c5a7742547'
                            target_field: 'short_description'
                        }
                    },
                    {
                        table: 'sys_transform_entry'
                        id: '2e3e7219a19447c48873798de0ec7584'
                        key: {
                            map: '2280736e1ac3403aa8afd6c5a7742547'
                            target_field: 'correlation_display'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '5345c5e698f54ed9b8e49d1123f46da1'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'short_description'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '5bc550c486eb48b9be0b444355fa8fa4'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'assignment_group'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '6038de2f29584e43a9230feea9d86527'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'impact'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_transform_entry'
                        id: '845510c9cb3a466a8c512db8d48c0577'
                        key: {
                            map: '2280736e1ac3403aa8afd6c5a7742547'
                            target_field: 'category'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: '88f7bcd4f291461bb20c66edade6d045'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'impact'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: '8baaa227333f4f0db400d7f4633d4c20'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'u_event'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '94fef077c0a5471b8d85c08b0a7565ec'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'u_revision'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: '98ff6aa3958c47aea58ee2b773c22d76'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'category'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: '9c7827e13b5b4ca7a2d8e8c50cdfb421'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'assignment_group'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: 'a0ba472a7f1145c3ab8c282908c4d86e'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'category'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: 'a22810dc02f64ca8904b2967d25d06ad'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'urgency'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: 'b1fac658e681403da9ad375825497d6e'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'correlation_display'
                        }
                    },
                    {
                        table: 'sys_transform_entry'
                        id: 'b8661ba61d014eb69999bc5ade9d9cde'
                        key: {
                            map: '2280736e1ac3403aa8afd6c5a7742547'
                            target_field: 'urgency'
                        }
                    },
                    {
                        table: 'sys_db_object'
                        id: 'bd58ec4461f9405585b617083745d66a'
                        key: {
                            name: 'u_thalian_finding'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: 'c35c33ef68a04dbfb8c1b5f2553c663f'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'NULL'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_transform_entry'
                        id: 'c506d55d971444a8a490cadaa52e30b3'
                        key: {
                            map: '2280736e1ac3403aa8afd6c5a7742547'
                            target_field: 'description'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: 'd1d393bfc1094253b6150f0ab7dacfed'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'caller_id'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: 'd3486787bf7a4dbb883379af26b11118'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'description'
                        }
                    },
                    {
                        table: 'sys_transform_entry'
                        id: 'd3523bd4fdb8470ea1ce327234f7983e'
                        key: {
                            map: '2280736e1ac3403aa8afd6c5a7742547'
                            target_field: 'caller_id'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: 'd5b3b486fbc045c3a16361729dbe6331'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'u_revision'
                        }
                    },
                    {
                        table: 'sys_transform_entry'
                        id: 'd8e403740f2241bbaf4ea6c9378e4a49'
                        key: {
                            map: '2280736e1ac3403aa8afd6c5a7742547'
                            target_field: 'correlation_id'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: 'e70373bd74174648a5bc3870a97de379'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'description'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: 'e9eb33288167457aa76f98c28e20004e'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'urgency'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_documentation'
                        id: 'f17769f489d3435384e92e6a49ffafd1'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'correlation_display'
                            language: 'en'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: 'f221b65dfbd849eeb2a21e734fc53f96'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'correlation_id'
                        }
                    },
                    {
                        table: 'sys_dictionary'
                        id: 'f2efe0f3ac2343b2bddeedd4646036b4'
                        key: {
                            name: 'u_thalian_finding'
                            element: 'NULL'
                        }
                    },
                ]
            }
        }
    }
}
